import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installFixture } from './packages/installFixture.mjs';
import { packPackage, publishableFolders } from './packages/publishable.mjs';
import { servePage } from './packages/pageServer.mjs';
import { HUM_DB, quietHum } from './packages/quietHum.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
// Outside the workspace: a module that is not in the tarballs must not be found in a parent's node_modules.
const work = realpathSync(mkdtempSync(join(tmpdir(), 'voicewire-packages-')));
const nodeFixture = join(work, 'node');
const viteFixture = join(work, 'vite');
/** What a strict page needs to allow; the README of the client says so. */
const STRICT_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws:";
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // The browser's own fake sound is a beep, which the agent at times takes for somebody talking.
  `--use-file-for-fake-audio-capture=${join(work, 'hum.wav')}`,
];
/** Two seconds of 20 ms frames. */
const ENOUGH_FRAMES = 100;

beforeAll(() => {
  writeFileSync(join(work, 'hum.wav'), quietHum());
  const tarballs = join(work, 'tarballs');
  for (const folder of [tarballs, nodeFixture, viteFixture]) mkdirSync(folder);
  const packages = publishableFolders(root).map((folder) => packPackage(folder, tarballs));
  installFixture('node', packages, nodeFixture);
  installFixture('vite', packages, viteFixture);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** @param {string} command @param {string[]} words */
function runInNode(command, words) {
  return spawnSync(command, words, { cwd: nodeFixture, encoding: 'utf8', shell: process.platform === 'win32' });
}

describe('installed from tarballs into a Node program', () => {
  test('every entry point can be imported, or found when it is a worklet', () => {
    const { status, stdout, stderr } = runInNode('node', ['importAll.mjs']);
    expect(status, stderr).toBe(0);
    /** @type {Record<string, string[]>} */
    const found = JSON.parse(stdout);
    expect(Object.entries(found).filter(([, names]) => names.length === 0)).toEqual([]);
    expect(found['@voicewire/client']).toContain('createSession');
    expect(found['@voicewire/client/browser']).toContain('createVoiceSession');
    expect(found['@voicewire/client/node']).toContain('createVoiceSession');
    expect(found['@voicewire/client/worklets/capture.worklet.js']?.[0]).toMatch(/capture\.worklet\.js$/);
    expect(found['@voicewire/dsp-wasm']).toContain('loadDsp');
    expect(found['@voicewire/protocol/voice-api']).toContain('voiceApi');
    expect(found['@voicewire/sandbox']).toContain('startSandbox');
    expect(found['@voicewire/relay']).toContain('createRelay');
  });

  test.each([
    ['a page without Node types', 'browser.ts', ['--lib', 'ES2022,DOM', '--types', '']],
    ['a Node program without DOM types', 'node.ts', ['--lib', 'ES2022', '--types', 'node']],
  ])('the declarations check in %s, our own included', (_, file, options) => {
    const base = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--skipLibCheck',
      'false',
    ];
    const types = ['--typeRoots', join(root, 'node_modules/@types')];
    const { status, stdout } = runInNode(join(root, 'node_modules/.bin/tsc'), [...base, ...types, ...options, file]);
    expect(status, stdout).toBe(0);
  });

  test('source maps carry their sources, which are not installed', () => {
    const installed = join(nodeFixture, 'node_modules/@voicewire');
    const maps = readdirSync(installed)
      .flatMap((name) =>
        readdirSync(join(installed, name, 'dist'), { recursive: true, encoding: 'utf8' }).map((path) =>
          join(name, 'dist', path),
        ),
      )
      .filter((path) => path.endsWith('.js.map'));
    const empty = maps.filter((path) => {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(installed, path), 'utf8'));
      return sourcesContent?.length !== sources.length;
    });
    expect(maps.length).toBeGreaterThan(20);
    expect(empty).toEqual([]);
  });

  test('voicewire-sandbox --help says how to use it', () => {
    const { status, stdout, stderr } = runInNode(join(nodeFixture, 'node_modules/.bin/voicewire-sandbox'), ['--help']);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('--port');
  });
});

/**
 * Builds the page, serves it under a policy, clicks, and gives the test the page's state.
 *
 * @param {string} policy
 * @param {(page: { until: (isTrue: (state: PageState) => boolean) => Promise<PageState>, ledgerUrl: string }) => Promise<void>} use
 *
 * @typedef {{ outcome: string, cause: string, violations: string[], framesCount: number, playedSamples: number }} PageState
 */
async function withPage(policy, use) {
  const sandbox = spawn(join(nodeFixture, 'node_modules/.bin/voicewire-sandbox'), ['--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  const [line] = await lines(sandbox.stdout, 1);
  const { url, endpoints } = JSON.parse(line ?? '{}');
  const server = await servePage({ folder: join(viteFixture, 'dist'), policy, tokens: endpoints.voiceApi });
  const executablePath = process.env['VOICEWIRE_BROWSER'];
  if (!executablePath)
    throw new Error('VOICEWIRE_BROWSER is not set; scripts/ensure-browser.mjs prints a path for it.');
  const browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.click('#connect');
    /** @type {PageState | undefined} */
    let state;
    await use({
      ledgerUrl: `${url}ledger`,
      async until(isTrue) {
        const endMs = performance.now() + 20_000;
        do {
          state = /** @type {PageState} */ (JSON.parse((await page.textContent('#state')) ?? '{}'));
          if (isTrue(state)) return state;
          await page.waitForTimeout(100);
        } while (performance.now() < endMs);
        throw new Error(`waited 20 s in vain; the page says ${JSON.stringify(state)}`);
      },
    });
  } finally {
    await browser.close();
    server.close();
    sandbox.kill();
  }
}

/**
 * @param {import('node:stream').Readable} stream
 * @param {number} count
 */
async function lines(stream, count) {
  /** @type {string[]} */
  const read = [];
  for await (const line of createInterface({ input: stream })) if (read.push(line) >= count) break;
  return read;
}

describe('installed from tarballs into a page that vite builds', () => {
  beforeAll(async () => {
    await build({ root: viteFixture, logLevel: 'error', configFile: false });
  });

  test('the worklets are files of their own, as a policy without data: and blob: needs', () => {
    const assets = readdirSync(join(viteFixture, 'dist/assets'));
    expect(assets).toContainEqual(expect.stringMatching(/^capture\.worklet-.*\.js$/));
    expect(assets).toContainEqual(expect.stringMatching(/^playout\.worklet-.*\.js$/));
  });

  test('what only a running call needs are files of their own, which the page does not ask for by itself', () => {
    const assets = readdirSync(join(viteFixture, 'dist/assets'));
    const html = readFileSync(join(viteFixture, 'dist/index.html'), 'utf8');
    for (const name of ['callParts', 'audioGraph']) {
      expect(assets).toContainEqual(expect.stringMatching(new RegExp(`^${name}-.*\\.js$`)));
      expect(html).not.toContain(name);
    }
  });

  test(`capture and playout run under ${STRICT_POLICY}, and ${ENOUGH_FRAMES} frames reach the server`, async () => {
    await withPage(STRICT_POLICY, async ({ until, ledgerUrl }) => {
      const { outcome, violations } = await until(
        ({ framesCount, playedSamples }) => framesCount >= ENOUGH_FRAMES && playedSamples > 0,
      );
      expect({ outcome, violations }).toEqual({ outcome: 'connected', violations: [] });
      const ledger = await (await fetch(ledgerUrl)).json();
      const { audioSamplesIn, audioRmsDb } = ledger.connections[0].counters;
      // What the page held back while it was connecting (at most half a second) never reaches the server.
      expect(audioSamplesIn).toBeGreaterThan((ENOUGH_FRAMES - 25) * 320);
      expect(Math.abs(audioRmsDb - HUM_DB), `${audioRmsDb} dB arrived, ${HUM_DB} dB was played`).toBeLessThan(3);
    });
  });

  test('a policy that forbids WebAssembly ends in a typed error, so the policy above is really in force', async () => {
    await withPage(STRICT_POLICY.replace(" 'wasm-unsafe-eval'", ''), async ({ until }) => {
      const { outcome, framesCount } = await until((state) => state.outcome !== 'none');
      expect({ outcome, framesCount }).toEqual({ outcome: 'worklet-failed', framesCount: 0 });
    });
  });
});
