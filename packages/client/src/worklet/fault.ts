// This file puts what an audio-thread constructor threw into a message: errors themselves do not cross the boundary.

/** The code is a kebab-case word where the fault has one. */
export function describeFault(fault: unknown): { code: string; message: string } {
  if (!(fault instanceof Error)) return { code: 'unknown', message: String(fault) };
  const code: unknown = Reflect.get(fault, 'code');
  return { code: typeof code === 'string' ? code : fault.name, message: fault.message };
}
