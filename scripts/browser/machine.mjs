// This file is the real machine, as far as finding and installing a browser needs to know it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} Machine
 * @property {string} platform As `process.platform`.
 * @property {Record<string, string | undefined>} env
 * @property {string} home
 * @property {boolean} isRoot
 * @property {(path: string) => boolean} exists
 * @property {(path: string) => string | undefined} version What `--version` prints when the program starts.
 * @property {() => string} playwrightBrowser Where Playwright keeps its Chromium, downloaded or not.
 * @property {() => string} playwrightCommand The script that runs Playwright's own commands.
 * @property {(command: string, commandArguments: readonly string[]) => boolean} run True when it ended well.
 * @property {(line: string) => void} report Progress, for a person.
 */

/** A browser that has not printed its version by then is not going to. */
const VERSION_TIMEOUT_MS = 30_000;
const STDERR = 2;

/** @returns {Machine} */
export function thisMachine() {
  const { resolve } = createRequire(import.meta.url);
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isRoot: process.getuid?.() === 0,
    exists: existsSync,
    version(path) {
      const run = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: VERSION_TIMEOUT_MS });
      return run.status === 0 ? run.stdout.trim() : undefined;
    },
    // Loaded only here: most machines have a browser, and the driver takes a while to load.
    playwrightBrowser: () => createRequire(import.meta.url)('playwright-core').chromium.executablePath(),
    playwrightCommand: () => join(dirname(resolve('playwright-core/package.json')), 'cli.js'),
    run(command, commandArguments) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      // Standard output belongs to the answer; what installers say goes to standard error, and they cannot ask.
      const run = spawnSync(command, commandArguments, { env, stdio: ['ignore', STDERR, STDERR] });
      return run.status === 0;
    },
    report: (line) => console.error(line),
  };
}
