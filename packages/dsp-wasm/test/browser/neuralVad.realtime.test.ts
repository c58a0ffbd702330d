import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../neural/detectors.ts';
import { readVoice } from '../neural/goldenSignals.ts';
import { servePackage, servePage, type Site } from './pages.ts';

/** What the worklet has seen, told at its end. */
interface Heard {
  readonly scores: readonly number[];
  /** Quanta that did not begin where the one before had ended, once the source had started. */
  readonly gaps: number;
  /** Of the context's output. Null offline. */
  readonly underruns: number | null;
}

const SAMPLE_RATE = 48_000;
const LIVE_S = 2;
const LIVE_QUANTA = (LIVE_S * SAMPLE_RATE) / 128;

const worklet = (cdn: string): string => `
  import { createDsp } from '${cdn}sync.js';
  import { wasmBytes } from '${cdn}wasm.js';
  import { openNeuralVad } from '${cdn}neuralVadSync.js';
  const STARTING_QUANTA = 50;
  registerProcessor('listen', class extends AudioWorkletProcessor {
    constructor({ processorOptions: { assets, spreadMs, quanta, wastedMs } }) {
      super();
      const options = { sampleRate, spreadMs, maxInputSamples: 128 };
      this.vad = openNeuralVad(assets, sampleRate === 16000 ? options : { ...options, dsp: createDsp(wasmBytes()) });
      this.quanta = quanta;
      this.wastedMs = wastedMs;
      this.scores = new Float32Array(quanta);
      this.count = 0;
      this.gaps = 0;
      this.expected = -1;
    }
    process([[block]]) {
      if (block === undefined) return true;
      for (const endMs = Date.now() + this.wastedMs; Date.now() < endMs; );
      if (this.count > STARTING_QUANTA && currentFrame !== this.expected) this.gaps++;
      this.expected = currentFrame + block.length;
      if (this.count < this.quanta) this.scores[this.count++] = this.vad.process(block);
      if (this.count === this.quanta) {
        this.port.postMessage({ scores: [...this.scores], gaps: this.gaps });
        this.count++;
      }
      return this.count <= this.quanta;
    }
  });
`;

const page = (cdn: string): string => `
  import { loadNeuralVadAssets } from '${cdn}neuralVad.js';
  const assets = await loadNeuralVadAssets();
  const samples = Float32Array.from(await (await fetch('/voice.json')).json());
  /** Plays the voice through the worklet of a context; resolves to what it has heard. */
  window.listen = async (context, spreadMs, quanta, wastedMs) => {
    await context.audioWorklet.addModule('/listen.js');
    const node = new AudioWorkletNode(context, 'listen', { processorOptions: { assets, spreadMs, quanta, wastedMs } });
    const heard = new Promise((resolve, reject) => {
      node.port.onmessage = ({ data }) => resolve(data);
      node.onprocessorerror = () => reject(new Error('processor error'));
    });
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: 16000 });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    source.connect(node).connect(context.destination);
    source.start();
    if (context.startRendering) await context.startRendering();
    return heard;
  };
  window.isReady = true;
`;

let browser: Browser;
let cdn: Site;
let site: Site;
const voice = readVoice();

beforeAll(async () => {
  const executablePath = process.env['VOICEWIRE_BROWSER'];
  if (!executablePath)
    throw new Error('VOICEWIRE_BROWSER is not set; scripts/ensure-browser.mjs prints a path for it.');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--autoplay-policy=no-user-gesture-required'];
  browser = await chromium.launch({ executablePath, args });
  cdn = await servePackage();
  const files = {
    '/index.html': '<!doctype html><meta charset="utf-8"><script type="module" src="/main.js"></script>',
    '/main.js': page(cdn.url),
    '/listen.js': worklet(cdn.url),
    '/voice.json': JSON.stringify([...voice]),
  };
  site = await servePage(
    files,
    `default-src 'none'; connect-src 'self'; script-src 'self' ${cdn.url} 'wasm-unsafe-eval'`,
  );
});
afterAll(async () => {
  await browser.close();
  cdn.close();
  site.close();
});

/**
 * @param context Expression that makes an audio context.
 * @param wastedMs Of each quantum's time.
 */
async function listen(context: string, spreadMs: number, quanta: number, wastedMs = 0): Promise<Heard> {
  const tab = await browser.newPage();
  try {
    await tab.goto(site.url);
    await tab.waitForFunction(() => (window as unknown as { isReady?: boolean }).isReady === true);
    return await tab.evaluate<Heard>(`(async () => {
      const context = ${context};
      const heard = await window.listen(context, ${spreadMs}, ${quanta}, ${wastedMs});
      // Chromium counts them.
      return { ...heard, underruns: context.playbackStats?.underrunEvents ?? null };
    })()`);
  } finally {
    await tab.close();
  }
}

/**
 * Two seconds in which nothing was missed. A busy machine takes the audio thread its core now and then, whatever runs
 * there; a detector that is too slow misses quanta every time.
 */
async function listenLive(spreadMs: number, { attempts = 5, wastedMs = 0 } = {}): Promise<Heard> {
  const missed: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const heard = await listen(`new AudioContext({ sampleRate: ${SAMPLE_RATE} })`, spreadMs, LIVE_QUANTA, wastedMs);
    if (heard.underruns === null) throw new Error('This browser does not count underruns.');
    if (heard.gaps + heard.underruns === 0) return heard;
    missed.push(`${heard.gaps} gaps and ${heard.underruns} underruns`);
  }
  throw new Error(`In each of ${attempts} attempts quanta were missed: ${missed.join('; ')}.`);
}

describe('the neural detector in an AudioWorklet, its assets sent in processorOptions, under a strict policy', () => {
  test.each([[0], [16]])(
    'spread over %i ms: the very bits that Node computes, quantum by quantum',
    async (spreadMs) => {
      const quanta = 300;
      const context = `new OfflineAudioContext(1, ${quanta * 128}, 16000)`;
      const { scores } = await listen(context, spreadMs, quanta);
      const vad = open({ spreadMs });
      // The voice is played in a loop.
      const wanted = Array.from({ length: quanta }, (_, i) => {
        return vad.process(Float32Array.from({ length: 128 }, (_n, n) => voice[(i * 128 + n) % voice.length] ?? 0));
      });
      expect(scores).toEqual(wanted);
      expect(Math.max(...scores)).toBeGreaterThan(0.9);
    },
  );

  test.each([[0], [16]])(
    `live at 48 kHz, spread over %i ms: ${LIVE_S} s without a missing quantum`,
    async (spreadMs) => {
      const { scores } = await listenLive(spreadMs);
      expect(scores).toHaveLength(LIVE_QUANTA);
      expect(Math.max(...scores)).toBeGreaterThan(0.9);
    },
  );

  test('live, a detector that takes longer than a quantum is caught missing some', async () => {
    await expect(listenLive(0, { attempts: 1, wastedMs: 4 })).rejects.toThrow('quanta were missed');
  });
});
