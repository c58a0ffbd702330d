import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { Vad } from '../src/vad.ts';
import type { VadSubject } from '../src/vadContract.ts';
import { VAD_CASES } from '../src/vadContract.ts';
import { toInt16Reference } from './reference/frameReference.ts';
import { makeDsp } from './streams.ts';

const dsp = makeDsp();
const MAX_INPUT_SAMPLES = 1000;

function subjectAt(sampleRate: number): VadSubject {
  const voice = makeSpeechLike({ random: createSeededRandom(71), sampleRate, durationMs: 1600 });
  // Ends in the middle of the last syllable.
  const speech = dsp.int16ToFloat32(toInt16Reference(voice.subarray(0, Math.round(1.57 * sampleRate))));
  return {
    create: () => dsp.createVad({ sampleRate, maxInputSamples: MAX_INPUT_SAMPLES }),
    maxInputSamples: MAX_INPUT_SAMPLES,
    speech,
  };
}

describe.each([[8000], [16_000], [44_100], [48_000]])('Vad of createVad at %i Hz', (sampleRate) => {
  test.each(VAD_CASES)('$name', async ({ check }) => {
    await expect(check(subjectAt(sampleRate))).resolves.toBeUndefined();
  });
});

/** Answers a moment later, 32 ms hops of 16 kHz at a time, as a network in a worker does. */
class LateVad implements Vad {
  readonly sampleRate = 16_000;
  readonly hopMs = 32;
  readonly [Symbol.dispose] = () => this.dispose();
  #inner = dsp.createVad({ sampleRate: 16_000 });
  #kept: number[] = [];
  #stream = 0;
  #score = 0;
  #isDisposed = false;
  pending: Promise<void> = Promise.resolve();

  process(block: Float32Array | Int16Array): number {
    if (this.#isDisposed) this.#inner.process(block);
    if (block.length > MAX_INPUT_SAMPLES) this.#inner.process(new Float32Array(5000));
    this.#kept.push(...(block instanceof Int16Array ? dsp.int16ToFloat32(block) : block));
    while (this.#kept.length >= 512) this.#judgeLater(Float32Array.from(this.#kept.splice(0, 512)), this.#stream);
    return this.#score;
  }

  reset(): void {
    this.#inner.reset();
    this.#inner = dsp.createVad({ sampleRate: 16_000 });
    this.#kept = [];
    this.#stream++;
    this.#score = 0;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#inner.dispose();
  }

  #judgeLater(hop: Float32Array, stream: number): void {
    this.pending = this.pending.then(() => {
      if (stream === this.#stream && !this.#isDisposed) this.#score = this.#inner.process(hop);
    });
  }
}

const LATE: VadSubject = {
  ...subjectAt(16_000),
  create: () => new LateVad(),
  settle: (vad) => (vad as LateVad).pending,
};

describe('a Vad whose model answers later', () => {
  test.each(VAD_CASES)('$name', async ({ check }) => {
    await expect(check(LATE)).resolves.toBeUndefined();
  });
});

/** What is broken, how, and words of the case that must notice. */
const SABOTAGES: readonly (readonly [string, (vad: Vad) => Partial<Vad>, string])[] = [
  ['a hop of 0 ms', () => ({ hopMs: 0 }), 'says its rate and its hop'],
  ['a first score out of nothing', () => ({ process: () => 0.4 }), 'scores 0 before it has heard one'],
  ['a score above 1', (vad) => ({ process: (block) => vad.process(block) * 1.5 }), 'within 0..1 throughout'],
  ['deafness', () => ({ process: () => 0 }), 'scores speech from 0.5 on'],
  ['a score that stays up', (vad) => ({ process: keepLargest(vad) }), 'comes back below 0.5'],
  [
    'hops that begin with blocks',
    (vad) => ({ process: (b) => (b.length === 1 ? 0 : vad.process(b)) }),
    'cut into blocks',
  ],
  ['deafness for int16', (vad) => ({ process: onlyFloats(vad) }), 'scores int16 like the same samples'],
  ['0 for an empty block', (vad) => ({ process: (b) => (b.length > 0 ? vad.process(b) : 0) }), 'empty block'],
  ['a reset that does nothing', () => ({ reset: () => undefined }), 'is as new after reset'],
  ['ears that NaN deafens', (vad) => ({ process: untilNotFinite(vad) }), 'not finite for 0'],
  ['blocks cut short in silence', (vad) => ({ process: (b) => vad.process(b.subarray(0, 1000)) }), 'too long'],
  ['life after dispose', () => ({ dispose: () => undefined }), 'disposed of as often as one likes'],
];

function keepLargest(vad: Vad): Vad['process'] {
  let largest = 0;
  return (block) => (largest = Math.max(largest, vad.process(block)));
}

function onlyFloats(vad: Vad): Vad['process'] {
  return (block) => vad.process(block instanceof Int16Array ? new Float32Array(block.length) : block);
}

function untilNotFinite(vad: Vad): Vad['process'] {
  let isSpoilt = false;
  return (block) => {
    isSpoilt ||= block.some((x) => !Number.isFinite(x));
    return isSpoilt ? Number.NaN : vad.process(block);
  };
}

describe('the contract', () => {
  test.each(SABOTAGES)('notices %s', async (_, sabotage, words) => {
    const subject = subjectAt(16_000);
    const create = (): Vad => {
      const vad = subject.create();
      const sound: Vad = {
        sampleRate: vad.sampleRate,
        hopMs: vad.hopMs,
        process: (block) => vad.process(block),
        reset: () => vad.reset(),
        dispose: () => vad.dispose(),
        [Symbol.dispose]: () => vad.dispose(),
      };
      return Object.assign(sound, sabotage(vad));
    };
    const found = VAD_CASES.find(({ name }) => name.includes(words));
    await expect(found?.check({ ...subject, create })).rejects.toThrow('Wanted');
  });

  test('has a sabotage for every promise', () => {
    for (const { name } of VAD_CASES) expect(SABOTAGES.some(([, , words]) => name.includes(words))).toBe(true);
  });
});
