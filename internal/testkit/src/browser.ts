// This file says which Chromium tests drive, and with which switches. Starting it is left to whoever has Playwright.

/** Headless, no sandbox (tests may run as root), nothing that calls home. */
export const COMMON_BROWSER_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Path of the browser that `VOICEWIRE_BROWSER` names.
 *
 * @throws {Error} When it names none.
 */
export function browserPath(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const path = environment['VOICEWIRE_BROWSER'] ?? '';
  if (path === '') {
    throw new Error('VOICEWIRE_BROWSER names no browser. Run the tests with "pnpm test", or set it to a Chromium.');
  }
  return path;
}
