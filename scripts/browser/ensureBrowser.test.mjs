import { describe, expect, test } from 'vitest';
import { BrowserMissingError, ensureBrowser } from './ensureBrowser.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

const DOWNLOADED = '/home/me/.cache/ms-playwright/chromium/chrome';
const WORKING = 'Chromium 156.0.8078.79';

/**
 * A machine made of the programs it has: path → what `--version` prints, undefined when it does not start.
 *
 * @param {Record<string, string | undefined>} programs
 * @param {Partial<Machine> & { installs?: Record<string, Record<string, string>> }} [options] `installs`: what appears
 *   when a command runs whose words contain the key; other commands fail.
 */
function machineWith(programs, { installs = {}, ...rest } = {}) {
  const present = { ...programs };
  /** @type {string[]} */
  const commands = [];
  /** @type {string[]} */
  const lines = [];
  /** @type {Machine} */
  const machine = {
    platform: 'linux',
    env: { PATH: '/home/me/bin:/usr/bin' },
    home: '/home/me',
    isRoot: false,
    exists: (path) => path in present,
    version: (path) => present[path],
    playwrightBrowser: () => DOWNLOADED,
    playwrightCommand: () => '/cli.js',
    run(command, words) {
      const line = [command, ...words].join(' ').replace(process.execPath, 'node');
      commands.push(line);
      const key = Object.keys(installs).find((each) => line.includes(each));
      if (key !== undefined) Object.assign(present, installs[key]);
      return key !== undefined;
    },
    report: (line) => lines.push(line),
    ...rest,
  };
  return { machine, commands, lines };
}

/** @param {Machine} machine */
function failureOf(machine) {
  try {
    return `found ${ensureBrowser(machine).path}`;
  } catch (error) {
    expect(error).toBeInstanceOf(BrowserMissingError);
    return /** @type {Error} */ (error).message;
  }
}

describe('ensureBrowser finds', () => {
  test('what VOICEWIRE_BROWSER names, before anything else', () => {
    const { machine } = machineWith({ '/opt/mine': 'Brave 1.9', '/usr/bin/chromium': WORKING });
    machine.env['VOICEWIRE_BROWSER'] = '/opt/mine';
    expect(ensureBrowser(machine)).toEqual({ path: '/opt/mine', version: 'Brave 1.9' });
  });

  test.each([
    ['Linux, in the order of the PATH', 'linux', ['/home/me/bin/chromium', '/usr/bin/chromium']],
    ['Linux, Chromium before Chrome', 'linux', ['/usr/bin/chromium', '/home/me/bin/google-chrome']],
    ['Linux, a snap that is not on the PATH', 'linux', ['/snap/bin/chromium', DOWNLOADED]],
    ['macOS', 'darwin', ['/home/me/Applications/Chromium.app/Contents/MacOS/Chromium', DOWNLOADED]],
  ])('on %s', (_, platform, [expected = '', other = '']) => {
    const { machine, commands } = machineWith({ [other]: WORKING, [expected]: WORKING }, { platform });
    expect(ensureBrowser(machine)).toEqual({ path: expected, version: WORKING });
    expect(commands).toEqual([]);
  });

  test('Edge on Windows by its presence, since its --version prints nothing there', () => {
    const path = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const env = { ProgramFiles: 'C:\\Program Files', 'ProgramFiles(x86)': 'C:\\Program Files (x86)' };
    const { machine } = machineWith({ [path]: undefined }, { platform: 'win32', env });
    expect(ensureBrowser(machine)).toEqual({ path, version: 'unknown' });
  });

  test("Playwright's download when the system's browser is a stub that prints no version", () => {
    const { machine } = machineWith({ '/usr/bin/chromium-browser': 'requires the snap', [DOWNLOADED]: WORKING });
    expect(ensureBrowser(machine).path).toBe(DOWNLOADED);
  });
});

describe('ensureBrowser installs', () => {
  const apt = { '/usr/bin/apt-get': 'apt' };

  test('with apt-get as root, after an update', () => {
    const installs = { 'apt-get update': {}, 'apt-get install': { '/usr/bin/chromium': WORKING } };
    const { machine, commands, lines } = machineWith(apt, { isRoot: true, installs });
    expect(ensureBrowser(machine).path).toBe('/usr/bin/chromium');
    expect(commands).toEqual(['apt-get update', 'apt-get install -y chromium']);
    expect(lines).toEqual([expect.stringContaining('apt-get')]);
  });

  test("with Playwright's installer when apt-get gives a stub", () => {
    const installs = { 'apt-get': { '/usr/bin/chromium': 'requires the snap' }, '/cli.js': { [DOWNLOADED]: WORKING } };
    const { machine, commands } = machineWith(apt, { isRoot: true, installs });
    expect(ensureBrowser(machine).path).toBe(DOWNLOADED);
    expect(commands.at(-1)).toBe('node /cli.js install --with-deps chromium');
  });

  test("with Playwright's installer alone when not root", () => {
    const { machine, commands } = machineWith(apt, { installs: { '/cli.js': { [DOWNLOADED]: WORKING } } });
    expect(ensureBrowser(machine).path).toBe(DOWNLOADED);
    expect(commands).toEqual(['node /cli.js install chromium']);
  });
});

describe('ensureBrowser gives up', () => {
  test('with everything it tried and what to do, when nothing installs', () => {
    const { machine, commands } = machineWith({ '/usr/bin/apt-get': 'apt' }, { isRoot: true });
    const message = failureOf(machine);
    expect(message).toContain('apt-get failed');
    expect(message).toContain("Playwright's installer failed");
    expect(message).toContain('set VOICEWIRE_BROWSER to the full path');
    // The install is not tried on the stale lists of a failed update.
    expect(commands).toEqual(['apt-get update', 'node /cli.js install --with-deps chromium']);
  });

  test('saying so, when an installer ends well but its browser does not start', () => {
    const { machine } = machineWith({}, { installs: { '/cli.js': { [DOWNLOADED]: '' } } });
    expect(failureOf(machine)).toContain("Playwright's installer ended well, but the browser does not start");
  });

  test('on a VOICEWIRE_BROWSER that does not start, although another browser would', () => {
    const { machine, commands } = machineWith({ '/opt/old': undefined, '/usr/bin/chromium': WORKING });
    machine.env['VOICEWIRE_BROWSER'] = '/opt/old';
    expect(failureOf(machine)).toContain('VOICEWIRE_BROWSER is /opt/old, which does not start');
    expect(commands).toEqual([]);
  });
});
