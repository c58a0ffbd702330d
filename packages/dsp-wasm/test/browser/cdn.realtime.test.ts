import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePackage, servePage, type Site } from './pages.ts';

/** What the page and the worklet report: numbers, or the code of an error. */
interface Outcome {
  readonly page:
    | { readonly samples: number; readonly frames: number; readonly hasWasmSimd: boolean }
    | { readonly code: string };
  readonly worklet: { readonly frames: number } | { readonly code: string } | null;
}

const page = (cdn: string): string => `
  import { hasWasmSimd, loadDsp } from '${cdn}index.js';
  const outcome = { page: null, worklet: null };
  try {
    const dsp = await loadDsp();
    const resampler = dsp.createResampler({ inputSampleRate: 44100, outputSampleRate: 16000 });
    let frames = 0;
    const chain = dsp.createCaptureChain({ inputSampleRate: 48000, onFrame: () => frames++ });
    for (let i = 0; i < 375; i++) chain.process(new Float32Array(128).fill(0.1));
    outcome.page = { samples: resampler.process(new Float32Array(441)).length, frames, hasWasmSimd: hasWasmSimd() };
  } catch ({ code, message }) {
    outcome.page = { code: code ?? message };
  }
  const context = new OfflineAudioContext(1, 48000, 48000);
  await context.audioWorklet.addModule('/capture.js');
  const node = new AudioWorkletNode(context, 'capture');
  const failed = new Promise((resolve) => { node.onprocessorerror = () => resolve({ code: 'processor-error' }); });
  const said = new Promise((resolve) => { node.port.onmessage = ({ data }) => resolve(data); });
  const source = new ConstantSourceNode(context);
  source.connect(node).connect(context.destination);
  source.start();
  await context.startRendering();
  outcome.worklet = await Promise.race([said, failed]);
  window.outcome = outcome;
`;

const worklet = (cdn: string): string => `
  import { createDsp, hasWasmSimd } from '${cdn}sync.js';
  import { scalarWasmBytes } from '${cdn}fallback.js';
  import { wasmBytes } from '${cdn}wasm.js';
  registerProcessor('capture', class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.frames = 0;
      try {
        const bytes = hasWasmSimd() ? wasmBytes() : scalarWasmBytes();
        this.chain = createDsp(bytes).createCaptureChain({ inputSampleRate: sampleRate, onFrame: () => this.frames++ });
      } catch ({ code, message }) {
        this.port.postMessage({ code: code ?? message });
      }
    }
    process([[block]]) {
      if (block !== undefined && this.chain !== undefined) this.chain.process(block);
      if (this.frames === 49) this.port.postMessage({ frames: this.frames });
      return true;
    }
  });
`;

let browser: Browser;
let cdn: Site;

function launch(...flags: string[]): Promise<Browser> {
  const executablePath = process.env['VOICEWIRE_BROWSER'];
  if (!executablePath)
    throw new Error('VOICEWIRE_BROWSER is not set; scripts/ensure-browser.mjs prints a path for it.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...flags] });
}

beforeAll(async () => {
  browser = await launch();
  cdn = await servePackage();
});
afterAll(async () => {
  await browser.close();
  cdn.close();
});

async function visit(scriptSources: string, visitor = browser): Promise<Outcome> {
  const files = {
    '/index.html': '<!doctype html><meta charset="utf-8"><script type="module" src="/main.js"></script>',
    '/main.js': page(cdn.url),
    '/capture.js': worklet(cdn.url),
  };
  const site = await servePage(files, `default-src 'none'; script-src ${scriptSources}`);
  const tab = await visitor.newPage();
  try {
    await tab.goto(site.url);
    const outcome = await tab.waitForFunction(() => (window as unknown as { outcome?: Outcome }).outcome);
    return (await outcome.jsonValue()) as Outcome;
  } finally {
    await tab.close();
    site.close();
  }
}

describe('imported as plain modules from another origin, in a page and in its audio worklet', () => {
  test("runs under script-src 'self', that origin and 'wasm-unsafe-eval'", async () => {
    expect(await visit(`'self' ${cdn.url} 'wasm-unsafe-eval'`)).toEqual({
      page: { samples: 160, frames: 50, hasWasmSimd: true },
      worklet: { frames: 49 },
    });
  });

  test("without 'wasm-unsafe-eval' both get wasm-unavailable, and no slower kernels in secret", async () => {
    expect(await visit(`'self' ${cdn.url}`)).toEqual({
      page: { code: 'wasm-unavailable' },
      worklet: { code: 'wasm-unavailable' },
    });
  });

  // The flag means something on x86 alone.
  test.skipIf(process.arch !== 'x64')('without WebAssembly SIMD both run all the same, on the fallback', async () => {
    const old = await launch('--js-flags=--no-enable-sse4-1');
    try {
      expect(await visit(`'self' ${cdn.url} 'wasm-unsafe-eval'`, old)).toEqual({
        page: { samples: 160, frames: 50, hasWasmSimd: false },
        worklet: { frames: 49 },
      });
    } finally {
      await old.close();
    }
  });
});
