// This file measures base64 in Node and in Chromium and writes docs/base64.md: `node bench/base64.mjs`.
// Chromium is found by VOICEWIRE_BROWSER, or at /usr/bin/chromium; without it only Node is measured.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureBase64 } from './base64Probe.mjs';

const require = createRequire(import.meta.url);
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const browserPath = process.env['VOICEWIRE_BROWSER'] ?? '/usr/bin/chromium';
/** What a worklet would need for strings. */
const WORKLET_NAMES = ['TextDecoder', 'TextEncoder', 'btoa', 'atob', 'Buffer'];

const wasm = compileKernels();
const places = [{ name: `Node ${process.versions.node}`, results: measureBase64(wasm) }];
/** @type {Record<string, boolean> | null} */
let worklet = null;
if (existsSync(browserPath)) {
  const chromium = await measureInChromium();
  places.push(chromium);
  worklet = chromium.worklet;
}
const text = render();
writeFileSync(join(packageFolder, 'docs/base64.md'), text);
process.stdout.write(text);

function compileKernels() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-base64-'));
  const outFile = join(folder, 'base64.wasm');
  const source = join(packageFolder, 'assembly/bench/base64.ts');
  const options = '--runtime stub --use abort= --enable simd --importMemory --noExportMemory -O3 --noAssert'.split(' ');
  // In the folder of its own: the package's asconfig.json is about the package.
  execFileSync(
    process.execPath,
    [require.resolve('assemblyscript/bin/asc.js'), source, '--outFile', outFile, ...options],
    {
      cwd: folder,
      stdio: 'inherit',
    },
  );
  const bytes = readFileSync(outFile);
  rmSync(folder, { recursive: true });
  return bytes;
}

async function measureInChromium() {
  const { chromium } = await import('playwright-core');
  const probe = readFileSync(new URL('base64Probe.mjs', import.meta.url));
  const server = createServer((request, response) => {
    const isScript = request.url?.endsWith('.mjs') === true;
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? probe : '<!doctype html><title>base64</title>');
  });
  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(undefined)));
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${/** @type {{ port: number }} */ (server.address()).port}/`);
    const results = await page.evaluate(
      async (bytes) => {
        const { measureBase64: measure } = await import('/base64Probe.mjs');
        return measure(Uint8Array.from(bytes));
      },
      [...wasm],
    );
    return { name: `Chromium ${browser.version()}`, results, worklet: await page.evaluate(askWorklet, WORKLET_NAMES) };
  } finally {
    await browser.close();
    server.close();
  }
}

/** Runs in the page. @param {string[]} names @returns {Promise<Record<string, boolean>>} */
async function askWorklet(names) {
  const source = `registerProcessor('ask', class extends AudioWorkletProcessor {
    constructor() {
      super();
      const found = Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, name in globalThis]));
      found['Uint8Array.toBase64'] = 'toBase64' in Uint8Array.prototype;
      this.port.postMessage(found);
    }
    process() { return false; }
  });`;
  const context = new OfflineAudioContext(1, 128, 48_000);
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(context, 'ask');
  return new Promise((resolve) => {
    node.port.onmessage = ({ data }) => resolve(data);
  });
}

function render() {
  const lines = [
    '# Base64, measured',
    '',
    '<!-- Written by bench/base64.mjs: change it there. -->',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? 'unknown CPU'}. ns per call, medians of 9 interleaved rounds; a string at`,
    'one end, a `Uint8Array` at the other. What follows from it: [decision 0007](../../../docs/decisions/0007-no-base64-kernels.md).',
  ];
  for (const { name, results } of places) {
    for (const way of /** @type {const} */ (['encode', 'decode'])) {
      lines.push('', `## ${name}: ${way}`, '');
      lines.push(`| | ${results.map(({ bytes }) => `${bytes} bytes`).join(' | ')} |`);
      lines.push(`| --- |${' --: |'.repeat(results.length)}`);
      for (const subject of Object.keys(results[0]?.[way] ?? {})) {
        lines.push(`| ${subject} | ${results.map((result) => result[way][subject]?.toFixed(0) ?? '-').join(' | ')} |`);
      }
    }
  }
  if (worklet !== null) {
    const list = (/** @type {boolean} */ isThere) =>
      Object.keys(worklet ?? {}).filter((name) => worklet?.[name] === isThere);
    lines.push('', '## AudioWorkletGlobalScope', '');
    lines.push(
      `There: ${list(true).join(', ') || 'nothing of these'}. Not there: ${list(false).join(', ') || 'nothing'}.`,
    );
  }
  return `${lines.join('\n')}\n`;
}
