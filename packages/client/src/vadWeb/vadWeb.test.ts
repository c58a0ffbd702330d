import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import { VAD_CASES } from '@voicewire/dsp-wasm/testing';
import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { createVadWeb } from './index.ts';
import { createLateVad, type HopModel, type LateVad } from './lateVad.ts';

const MAX_INPUT_SAMPLES = 1000;
const folder = dirname(createRequire(import.meta.url).resolve('@ricky0123/vad-web'));
const model = Uint8Array.from(readFileSync(join(folder, 'silero_vad_v6.onnx'))).buffer;
const settle = (vad: unknown): Promise<void> => (vad as LateVad).idle();
let dsp: Dsp;
let made: LateVad[] = [];
/** Syllables that the network takes for speech, ending inside of one. */
let speech: Float32Array;

beforeAll(async () => {
  dsp = await loadDsp();
  const syllables = makeSpeechLike({ random: createSeededRandom(3), sampleRate: 16_000, durationMs: 1100 });
  speech = dsp.int16ToFloat32(dsp.float32ToInt16(syllables));
  // Cases create synchronously; each needs a network of its own.
  made = await Promise.all(
    Array.from({ length: 26 }, () => createVadWeb({ sampleRate: 16_000, model, maxInputSamples: MAX_INPUT_SAMPLES })),
  );
}, 60_000);

describe('Vad of createVadWeb', () => {
  test.each(VAD_CASES)('$name', async ({ check }) => {
    const create = (): LateVad => made.pop() ?? expect.fail('Too few detectors were made.');
    await expect(check({ create, speech, maxInputSamples: MAX_INPUT_SAMPLES, settle })).resolves.toBeUndefined();
  });
});

describe('createVadWeb', () => {
  test('rejects with detector-load-failed for a model that is none, or that cannot be fetched', async () => {
    const none = createVadWeb({ sampleRate: 16_000, model: new ArrayBuffer(100) });
    await expect(none).rejects.toMatchObject({ code: 'detector-load-failed', cause: expect.any(Error) as unknown });
    const gone = createVadWeb({ sampleRate: 16_000, model: () => Promise.reject(new Error('404')) });
    await expect(gone).rejects.toMatchObject({ code: 'detector-load-failed', cause: { message: '404' } });
  });
});

describe('a network that answers by promise', () => {
  const hops = (count: number): Float32Array => new Float32Array(count * 512).fill(0.1);
  const open = (network: Partial<HopModel>, failures: unknown[] = []): LateVad => {
    const release = (): Promise<void> => Promise.resolve();
    const whole = {
      process: () => Promise.resolve({ isSpeech: 0 }),
      reset_state: () => undefined,
      release,
      ...network,
    };
    return createLateVad(dsp, whole, {
      sampleRate: 16_000,
      maxInputSamples: 200_000,
      onFailure: (cause) => failures.push(cause),
    });
  };

  test('that fails is reported once, and the score is 0 from then on', async () => {
    const failures: unknown[] = [];
    let asked = 0;
    const vad = open(
      { process: () => (++asked < 3 ? Promise.resolve({ isSpeech: 0.9 }) : Promise.reject(new Error('gone'))) },
      failures,
    );
    vad.process(hops(2));
    await vad.idle();
    expect(vad.process(hops(5))).toBe(0.9);
    await vad.idle();
    expect(vad.process(hops(5))).toBe(0);
    await vad.idle();
    expect(failures).toEqual([expect.objectContaining({ message: 'gone' })]);
    expect(asked).toBe(3);
  });

  test('that is slow keeps the last 10 s of audio and no more', async () => {
    const asked: number[] = [];
    const gates: (() => void)[] = [];
    const vad = open({
      process: (hop) => {
        asked.push(hop[0] ?? 0);
        return new Promise((resolve) => gates.push(() => resolve({ isSpeech: 0 })));
      },
    });
    for (let i = 0; i < 400; i++) vad.process(new Float32Array(512).fill(i / 1000));
    while (asked.length < 313) {
      gates.shift()?.();
      await Promise.resolve();
    }
    expect(asked).toHaveLength(313);
    expect(asked[0]).toBe(0);
    expect(asked[1]).toBeCloseTo(0.088, 6);
  });

  test('is reset between two hops only, and released after the last answer', async () => {
    const log: string[] = [];
    const vad = open({
      process: async () => {
        log.push('asked');
        await Promise.resolve();
        log.push('answered');
        return { isSpeech: 0.5 };
      },
      reset_state: () => log.push('reset'),
      release: async () => void log.push('released'),
    });
    vad.process(hops(2));
    vad.reset();
    vad.process(hops(1));
    await vad.idle();
    vad.process(hops(1));
    vad.dispose();
    vad.dispose();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(log).toEqual(['asked', 'answered', 'reset', 'asked', 'answered', 'asked', 'answered', 'released']);
  });
});
