import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const VAD_WEB = dirname(require.resolve('@ricky0123/vad-web'));
const RUNTIME = dirname(require.resolve('onnxruntime-web'));
const ENTRY = fileURLToPath(new URL('../../dist/vadWeb/index.js', import.meta.url));
const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.mjs', 'text/javascript'],
  ['.wasm', 'application/wasm'],
]);

const PAGE = `
  import { createVadWeb } from '${ENTRY}';
  window.listen = async (samples) => {
    const model = () => fetch('/vad/silero_vad_v6.onnx').then((response) => response.arrayBuffer());
    const vad = await createVadWeb({ sampleRate: 16000, model, runtimeUrl: '/vad/' });
    const scores = [];
    for (let at = 0; at < samples.length; at += 512) {
      vad.process(Float32Array.from(samples.slice(at, at + 512)));
      await vad.idle();
      scores.push(vad.process(new Float32Array(0)));
    }
    vad.dispose();
    return scores;
  };
`;

/** Built as a user's page is, by Vite; model and runtime from a folder of the same origin, and nothing from elsewhere. */
async function servePage(folder: string): Promise<{ url: string; asked: string[]; close(): void }> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    build: { outDir: join(folder, 'dist'), minify: false, target: 'es2022', rolldownOptions: { input: 'page' } },
    plugins: [
      {
        name: 'page',
        enforce: 'pre',
        resolveId: (id: string) => (id === 'page' ? id : null),
        load: (id: string) => (id === 'page' ? PAGE : null),
      },
    ],
  });
  const asked: string[] = [];
  const files = new Map([
    ['/vad/silero_vad_v6.onnx', join(VAD_WEB, 'silero_vad_v6.onnx')],
    ['/vad/ort-wasm-simd-threaded.wasm', join(RUNTIME, 'ort-wasm-simd-threaded.wasm')],
    ['/vad/ort-wasm-simd-threaded.mjs', join(RUNTIME, 'ort-wasm-simd-threaded.mjs')],
  ]);
  const server = createServer(async ({ url = '/' }, response) => {
    asked.push(url);
    if (url === '/') {
      const script = (await readdir(join(folder, 'dist/assets'))).find((name) => /^page.*\.js$/.test(name));
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><script type="module" src="/assets/${script}"></script>`);
      return;
    }
    try {
      const body = await readFile(files.get(url) ?? join(folder, 'dist', url));
      response.writeHead(200, { 'content-type': TYPES.get(extname(url)) ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

test('createVadWeb hears speech in a page that Vite has built, with model and runtime of its own server alone', async () => {
  const executablePath = process.env['VOICEWIRE_BROWSER'];
  if (!executablePath)
    throw new Error('VOICEWIRE_BROWSER is not set; scripts/ensure-browser.mjs prints a path for it.');
  const folder = await mkdtemp(join(tmpdir(), 'voicewire-vad-web-'));
  const site = await servePage(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    page.on('request', (request) => request.url().startsWith(site.url) || elsewhere.push(request.url()));
    await page.goto(site.url);
    await page.waitForFunction(() => 'listen' in window);
    const speech = makeSpeechLike({ random: createSeededRandom(3), sampleRate: 16_000, durationMs: 1500 });
    const scores = await page.evaluate<number[]>(`window.listen([${[...speech].join()}])`);
    expect(scores).toHaveLength(Math.ceil(speech.length / 512));
    expect(Math.max(...scores)).toBeGreaterThan(0.9);
    expect(elsewhere.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([]);
    expect(site.asked).toContain('/vad/silero_vad_v6.onnx');
    expect(site.asked).toContain('/vad/ort-wasm-simd-threaded.wasm');
  } finally {
    await browser.close();
    site.close();
    await rm(folder, { recursive: true, force: true });
  }
});
