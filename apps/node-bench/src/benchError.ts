// This file defines how the bench fails: one sentence that says what to do, and a stable code.

/** Stable codes of the bench itself; errors of the client keep their own. Each is explained in the README. */
export type BenchErrorCode =
  | 'unknown-command'
  | 'unknown-option'
  | 'invalid-option'
  | 'missing-argument'
  | 'vendor-unavailable'
  | 'input-not-readable'
  | 'sidecar-invalid'
  | 'no-speech-found'
  | 'result-not-readable'
  | 'result-invalid'
  | 'nothing-to-compare'
  | 'output-not-writable'
  | 'markers-missing'
  | 'sandbox-failed'
  | 'run-stalled';

/** A failure that the person at the terminal can act on. Never holds a secret. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What is printed of anything that was thrown: message, code, and the system's word for it where there is one. */
export function describeFailure(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `Something that is no error was thrown: ${typeof thrown}. [internal]`;
  const code = codeOf(thrown);
  // A defect of ours: only then is a stack of use to anybody.
  if (code === null) return `${thrown.stack ?? thrown.message} [internal]`;
  const systemCode = networkFaultOf(thrown) ?? systemCodeOf(thrown.cause);
  return `${thrown.message} [${code}${systemCode === null ? '' : `, ${systemCode}`}]`;
}

/** The stable code of an error of ours or of the client's, or null. */
export function codeOf(thrown: unknown): string | null {
  const code = thrown instanceof Error ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[a-z]+(-[a-z]+)*$/.test(code) ? code : null;
}

/** The client's errors name the system's word themselves, since causes may quote a key. */
function networkFaultOf(thrown: Error): string | null {
  const { details } = thrown as { details?: { networkFault?: unknown } };
  return typeof details?.networkFault === 'string' ? details.networkFault : null;
}

/** `ECONNREFUSED` and its like, as deep in the causes as it may lie. */
function systemCodeOf(cause: unknown): string | null {
  for (let at = cause; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string' && /^E[A-Z_]+$/.test(code)) return code;
  }
  return null;
}
