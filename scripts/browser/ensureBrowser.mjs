// This file decides which Chromium the browser tests run in: the one asked for, one that is there, or one it installs.
import { posix, win32 } from 'node:path';

/**
 * @typedef {import('./machine.mjs').Machine} Machine
 * @typedef {{ path: string, version: string }} Browser
 * @typedef {{ name: string, commands: [string, ...string[]][] }} Installer
 */

/** Commands on the PATH, best first: a distribution's own Chromium before vendors' builds. */
const LINUX_COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];
/** Below /Applications or ~/Applications. */
const MAC_PROGRAMS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
/** Below one of the folders that Windows installs programs in. */
const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];
const WINDOWS_FOLDERS = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'];

/** No browser could be found or installed; `message` says what was tried and what to do. */
export class BrowserMissingError extends Error {
  /** @override */
  name = 'BrowserMissingError';
}

/**
 * Asks nothing; says through `machine.report` what it installs.
 *
 * @param {Machine} machine
 * @returns {Browser}
 * @throws {BrowserMissingError}
 */
export function ensureBrowser(machine) {
  const wanted = machine.env['VOICEWIRE_BROWSER'];
  // Never fall back from an explicit choice: the tests would run in another browser than their caller believes.
  if (wanted) return startable(machine, wanted) ?? fail([`VOICEWIRE_BROWSER is ${wanted}, which does not start.`]);

  const found = findBrowser(machine);
  if (found) return found;
  const tried = ['No Chromium, Chrome or Edge that starts was found on this machine.'];
  for (const { name, commands } of installers(machine)) {
    machine.report(`No browser found; installing one with ${name} (once, may take some minutes)`);
    const isInstalled = commands.every(([command, ...rest]) => machine.run(command, rest));
    const installed = findBrowser(machine);
    if (installed) return installed;
    tried.push(
      `${name} ${isInstalled ? 'ended well, but the browser does not start.' : 'failed; see its output above.'}`,
    );
  }
  return fail(tried);
}

/**
 * The first browser that starts, among those installed and the one Playwright has downloaded.
 *
 * @param {Machine} machine
 * @returns {Browser | undefined}
 */
export function findBrowser(machine) {
  for (const path of installedPaths(machine)) {
    const browser = startable(machine, path);
    if (browser) return browser;
  }
  return startable(machine, machine.playwrightBrowser());
}

/**
 * @param {Machine} machine
 * @returns {string[]}
 */
function installedPaths({ platform, env, home }) {
  if (platform === 'win32') {
    const folders = WINDOWS_FOLDERS.flatMap((name) => env[name] ?? []);
    return WINDOWS_PROGRAMS.flatMap((program) => folders.map((folder) => win32.join(folder, program)));
  }
  if (platform === 'darwin') {
    const folders = ['/Applications', posix.join(home, 'Applications')];
    return MAC_PROGRAMS.flatMap((name) => folders.map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`));
  }
  const folders = new Set([
    ...(env['PATH'] ?? '').split(':').filter(Boolean),
    '/usr/bin',
    '/usr/local/bin',
    '/snap/bin',
  ]);
  return LINUX_COMMANDS.flatMap((command) => Array.from(folders, (folder) => posix.join(folder, command)));
}

/**
 * @param {Machine} machine
 * @param {string} path
 * @returns {Browser | undefined}
 */
function startable(machine, path) {
  if (!machine.exists(path)) return undefined;
  // On Windows `--version` opens a window instead of printing; there is no stub to fear there either.
  if (machine.platform === 'win32') return { path, version: 'unknown' };
  // Ubuntu's chromium-browser is a stub that only says "install the snap": it exists and prints no version.
  const version = machine.version(path);
  return version !== undefined && /\d+\.\d+/.test(version) ? { path, version } : undefined;
}

/**
 * What can install a browser here, best first.
 *
 * @param {Machine} machine
 * @returns {Installer[]}
 */
function installers(machine) {
  const hasApt = machine.platform === 'linux' && machine.isRoot && machine.exists('/usr/bin/apt-get');
  const apt = {
    name: 'apt-get',
    commands: [
      ['apt-get', 'update'],
      ['apt-get', 'install', '-y', 'chromium'],
    ],
  };
  const playwright = {
    name: "Playwright's installer",
    commands: [
      [process.execPath, machine.playwrightCommand(), 'install', ...(hasApt ? ['--with-deps'] : []), 'chromium'],
    ],
  };
  return /** @type {Installer[]} */ (hasApt ? [apt, playwright] : [playwright]);
}

/**
 * @param {string[]} tried
 * @returns {never}
 */
function fail(tried) {
  throw new BrowserMissingError(
    [
      'The browser tests need a Chromium, and there is none:',
      ...tried.map((line) => `  - ${line}`),
      'Do one of these, then run the command again:',
      '  - install Chromium, Chrome or Edge from your system or its maker;',
      '  - set VOICEWIRE_BROWSER to the full path of one that starts;',
      '  - on Linux, if one is installed but does not start, run it with --version and read what it lacks.',
    ].join('\n'),
  );
}
