// This file installs the built package into projects that webpack and Next build, and runs those in Chromium under a
// strict policy: `npx --yes pnpm@12 --filter @voicewire/dsp-wasm try:bundlers [webpack] [next]`. By hand, not in the
// tests: what it downloads is several times everything else here. Vite is tested in scripts/packages.realtime.test.mjs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const browserPath = process.env['VOICEWIRE_BROWSER'] ?? '/usr/bin/chromium';
/** Frames of 20 ms in one second at 48 kHz, run-in and all. */
const EXPECTED_FRAMES = 50;
const USE = `
  const dsp = await loadDsp();
  let frames = 0;
  const chain = dsp.createCaptureChain({ inputSampleRate: 48000, onFrame: () => frames++ });
  for (let i = 0; i < 375; i++) chain.process(new Float32Array(128).fill(0.1));`;

/**
 * @typedef {object} Project
 * @property {string[]} dependencies
 * @property {Record<string, string>} files
 * @property {[string, ...string[]]} build Program in node_modules/.bin, and its words.
 * @property {string} output Folder to serve.
 * @property {string} scripts What the policy allows besides 'self' and 'wasm-unsafe-eval'.
 */

/** @type {Record<string, Project>} */
const PROJECTS = {
  webpack: {
    dependencies: ['webpack@5.112.2', 'webpack-cli@6.0.1'],
    files: {
      'src/index.js': `import { loadDsp } from '@voicewire/dsp-wasm';\n(async () => {${USE}\n  window.frames_ = frames;\n})();`,
      'dist/index.html': '<!doctype html><script src="main.js"></script>',
    },
    build: ['webpack', '--mode', 'production'],
    output: 'dist',
    scripts: '',
  },
  next: {
    dependencies: ['next@16.4.6', 'react@19.2.0', 'react-dom@19.2.0'],
    files: {
      'next.config.mjs': "export default { output: 'export' };",
      'app/layout.jsx': 'export default ({ children }) => <html><body>{children}</body></html>;',
      'app/page.jsx': `'use client';
import { useEffect } from 'react';
import { loadDsp } from '@voicewire/dsp-wasm';
export default function Page() {
  useEffect(() => { (async () => {${USE}\n  window.frames_ = frames;\n})(); }, []);
  return null;
}`,
    },
    build: ['next', 'build'],
    output: 'out',
    // Next's own inline scripts.
    scripts: "'unsafe-inline'",
  },
};

const wanted = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'voicewire-bundlers-'));
try {
  run('pnpm', ['pack', '--out', join(work, 'dsp-wasm.tgz')], packageFolder);
  for (const [name, project] of Object.entries(PROJECTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const frames = await buildAndVisit(name, project);
    process.stdout.write(`${name}: ${frames} frames, wanted ${EXPECTED_FRAMES}\n`);
    if (frames !== EXPECTED_FRAMES) process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @param {string} name @param {Project} project */
async function buildAndVisit(name, { dependencies, files, build: [program, ...words], output, scripts }) {
  const folder = join(work, name);
  for (const [path, text] of Object.entries({ 'package.json': '{ "private": true }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', join(work, 'dsp-wasm.tgz'), ...dependencies], folder);
  run(join(folder, 'node_modules/.bin', program), words, folder);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    const type = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }[extname(path)];
    try {
      const body = readFileSync(join(folder, output, path));
      const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${scripts}`;
      response.writeHead(200, { 'content-type': type ?? 'text/plain', 'content-security-policy': policy }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(undefined)));
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`);
    const frames = await page.waitForFunction('window.frames_', undefined, { timeout: 20_000 });
    return await frames.jsonValue();
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
}

/** @param {string} program @param {string[]} words @param {string} cwd */
function run(program, words, cwd) {
  execFileSync(program, words, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
}
