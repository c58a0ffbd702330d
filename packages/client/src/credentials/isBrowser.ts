// This file tells whether code runs where a user could read what it holds.

/** Globals of pages, and of the workers that pages start. Servers have neither; a DOM that is simulated on one has the first. */
const BROWSER_GLOBALS = ['window', 'DedicatedWorkerGlobalScope', 'SharedWorkerGlobalScope'] as const;

/** True where `globals`, the global object, has one that only browsers have, or apps that are shipped to users. */
export function isBrowser(globals: object): boolean {
  return BROWSER_GLOBALS.some((name) => {
    const value: unknown = Reflect.get(globals, name);
    return value !== undefined && value !== null;
  });
}
