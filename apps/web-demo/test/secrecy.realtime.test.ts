import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './harness/browser.ts';
import { openDemoPage } from './harness/demoPage.ts';
import { buildPage, startDev, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';
import { crawl, filesWith, ResponseRecorder, type ServedFile } from './harness/servedFiles.ts';

/** The sandbox's key for the Voice API: the one secret there is when nothing is configured. */
const KEY = 'demo-key';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Files of the server side: the key is in one of them or near it. */
const SERVER_FILES = [
  'vite.config.ts',
  'server/tokenSource.ts',
  'server/voiceTokenPlugin.ts',
  'test/secrecy.realtime.test.ts',
  'package.json',
  '.gitignore',
  '../../packages/sandbox/dist/voice-api/options.js',
  '../../packages/sandbox/src/voice-api/options.ts',
  '../../package.json',
];

let build: PageBuild;
let browser: Browser;

beforeAll(async () => {
  build = await buildPage();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await build?.remove();
});

describe('The API key', () => {
  test('is in no built file, source maps included', async () => {
    const names = await readdir(build.folder, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      names
        .filter((entry) => entry.isFile())
        .map(async ({ parentPath, name }): Promise<ServedFile> => {
          const path = join(parentPath, name);
          return { url: path, text: await readFile(path, 'latin1') };
        }),
    );
    expect(files.some(({ url }) => url.endsWith('.map'))).toBe(true);
    expect(files.some(({ url }) => url.includes('capture.worklet'))).toBe(true);
    expect(filesWith(KEY, files)).toEqual([]);
  });

  describe.each([
    { mode: 'preview', start: (recorder: ResponseRecorder) => startPreview(build, null, [recorder.plugin]) },
    { mode: 'dev', start: (recorder: ResponseRecorder) => startDev(null, [recorder.plugin]) },
  ])('served by $mode', ({ start }) => {
    const recorder = new ResponseRecorder();
    let server: PageServer;

    beforeAll(async () => {
      server = await start(recorder);
    });

    afterAll(() => server?.close());

    test('is in no response of a whole call, and the policy holds', async () => {
      await using demo = await openDemoPage(browser, `${server.url}?debug`);
      await demo.connect();
      await demo.hangUp();
      const { files } = recorder;
      expect(filesWith(KEY, files)).toEqual([]);
      for (const name of ['capture.worklet', 'playout.worklet', 'recorder.worklet', '/voice-token']) {
        expect(
          files.some(({ url }) => url.includes(name)),
          `${name} was asked for`,
        ).toBe(true);
      }
      expect(filesWith('registerProcessor', files).length).toBeGreaterThanOrEqual(3);
      // A refusal by the content security policy would be told to the console.
      expect(demo.complaints).toEqual([]);
    });

    test('is in nothing that can be reached from the page', async () => {
      const files = await crawl(server.url);
      expect(files.some(({ url }) => url.includes('capture.worklet'))).toBe(true);
      expect(files.length).toBeGreaterThan(8);
      expect(filesWith(KEY, files)).toEqual([]);
    });

    test.each(SERVER_FILES)('cannot be had by asking for %s', async (path) => {
      const absolute = join(ROOT, path);
      for (const address of [path, `${path}?raw`, `${path}?url`, `@fs${absolute}`, `@fs${absolute}?raw`]) {
        const response = await fetch(new URL(address, server.url));
        const text = await response.text();
        expect(response.status, address).toBeGreaterThanOrEqual(400);
        expect(text.includes(KEY), `key at ${address}`).toBe(false);
      }
    });

    test('the page comes with a strict content security policy', async () => {
      const { headers } = await fetch(server.url);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws: wss:;",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    });
  });
});
