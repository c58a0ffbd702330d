// This file specifies detectors: promises as cases that any test runner can run, against ours and anybody else's.
import type { Vad } from './vad.ts';

/** A detector under test. */
export interface VadSubject {
  /** Makes a detector for `speech`, with room for blocks of `maxInputSamples`. */
  create(): Vad;
  readonly maxInputSamples: number;
  /** 1 to 10 s of speech at the detector's rate, exact in int16, that ends while somebody speaks. */
  readonly speech: Float32Array;
  /** Resolves when the detector has judged all it was given. Leave it out where `process` has done so already. */
  settle?(vad: Vad): Promise<void>;
}

/** One promise. `check` rejects, and says what was wrong, when it is broken. */
export interface VadCase {
  readonly name: string;
  check(subject: VadSubject): Promise<void>;
}

/** Blocks that suit no hop. */
const ODD_BLOCK_SAMPLES = 173;
const FILTER_MS = 5;
const QUIET_RATIO = 1 / 2000;
const NOTHING = new Float32Array(0);

export const VAD_CASES: readonly VadCase[] = [
  {
    name: 'says its rate and its hop, and scores 0 before it has heard one',
    async check(subject) {
      const vad = subject.create();
      expect(vad.sampleRate > 0 && vad.hopMs > 0, `a rate and a hop, not ${vad.sampleRate} Hz and ${vad.hopMs} ms`);
      // Less than a hop by what a filter in front of the detector may run ahead.
      const score = await feed(subject, vad, subject.speech.subarray(0, samplesOf(vad, vad.hopMs - FILTER_MS)));
      expect(score === 0, `0 before the first hop, not ${score}`);
    },
  },
  {
    name: 'scores speech from 0.5 on, within 0..1 throughout, and quiet noise below 0.5',
    async check(subject) {
      const vad = subject.create();
      const scores = await feedEach(subject, vad, subject.speech);
      expect(scores.every(isScore), `scores within 0..1, not ${scores.find((score) => !isScore(score))}`);
      expect(Math.max(...scores) >= 0.5, `speech from 0.5 on, at most ${Math.max(...scores)} was seen`);
      const quiet = await feed(subject, subject.create(), quietNoise(vad.sampleRate * 2));
      expect(quiet < 0.5, `quiet noise below 0.5, not ${quiet}`);
    },
  },
  {
    name: 'comes back below 0.5 within 3 s of quiet after speech',
    async check(subject) {
      const vad = subject.create();
      await feed(subject, vad, subject.speech);
      const after = await feed(subject, vad, quietNoise(vad.sampleRate * 3));
      expect(after < 0.5, `below 0.5 after 3 s, not ${after}`);
    },
  },
  {
    name: 'ends at the same score however the stream is cut into blocks',
    async check(subject) {
      const whole = await feed(subject, subject.create(), subject.speech);
      for (const length of [1, ODD_BLOCK_SAMPLES, 320, 512]) {
        const score = await feed(subject, subject.create(), subject.speech, Math.min(length, subject.maxInputSamples));
        expect(score === whole, `${whole} in blocks of ${length} as in long ones, not ${score}`);
      }
    },
  },
  {
    name: 'copies what it is given, and scores int16 like the same samples as floats',
    async check(subject) {
      const floats = await feed(subject, subject.create(), subject.speech);
      const vad = subject.create();
      const block = new Int16Array(ODD_BLOCK_SAMPLES);
      for (let at = 0; at < subject.speech.length; at += block.length) {
        const part = subject.speech.subarray(at, at + block.length);
        block.set(part.map((x) => Math.round(x * 32_768)));
        vad.process(block.subarray(0, part.length));
        block.fill(0);
      }
      await settle(subject, vad);
      const score = vad.process(NOTHING);
      expect(score === floats, `${floats} from int16 as from floats, not ${score}`);
    },
  },
  {
    name: 'takes an empty block and answers with the latest score',
    async check(subject) {
      const vad = subject.create();
      const score = await feed(subject, vad, subject.speech);
      expect(score > 0, 'a score above 0 while somebody speaks');
      const again = [vad.process(NOTHING), vad.process(new Int16Array(0))];
      expect(
        again.every((value) => value === score),
        `${score} again, not ${again.join(' and ')}`,
      );
    },
  },
  {
    name: 'is as new after reset, even when answers to the old stream are still to come',
    async check(subject) {
      const fresh = await feedEach(subject, subject.create(), subject.speech);
      const vad = subject.create();
      for (const block of blocksOf(subject, Float32Array.from(subject.speech).reverse())) vad.process(block);
      vad.reset();
      await settle(subject, vad);
      const left = vad.process(NOTHING);
      expect(left === 0, `0 after reset, not ${left}`);
      const scores = await feedEach(subject, vad, subject.speech);
      const first = scores.findIndex((score, i) => score !== fresh[i]);
      expect(first < 0, `${fresh[first]} in block ${first} as from a new one, not ${scores[first]}`);
    },
  },
  {
    name: 'takes samples that are not finite for 0, and is not spoilt by them',
    async check(subject) {
      const broken = subject.speech.map((x, n) => (n % 97 === 0 ? ([Number.NaN, Infinity, -Infinity][n % 3] ?? 0) : x));
      const mended = subject.speech.map((x, n) => (n % 97 === 0 ? 0 : x));
      const [score, wanted] = [
        await feed(subject, subject.create(), broken),
        await feed(subject, subject.create(), mended),
      ];
      expect(score === wanted, `${wanted} as for zeros, not ${score}`);
    },
  },
  {
    name: 'refuses a block that is too long with input-too-long, and goes on as if it had not come',
    async check(subject) {
      const vad = subject.create();
      const tooLong = subject.maxInputSamples + 1;
      for (const block of [new Float32Array(tooLong), new Int16Array(tooLong)]) {
        expectCode('input-too-long', () => vad.process(block));
      }
      const wanted = await feed(subject, subject.create(), subject.speech);
      const score = await feed(subject, vad, subject.speech);
      expect(score === wanted, `${wanted} after the refusal, not ${score}`);
    },
  },
  {
    name: 'is independent of others, and disposed of as often as one likes',
    async check(subject) {
      const [vad, other] = [subject.create(), subject.create()];
      const wanted = await feed(subject, subject.create(), subject.speech);
      for (const block of blocksOf(subject, subject.speech)) {
        vad.process(block);
        other.process(block.map((x) => -x / 3));
      }
      other.dispose();
      other.dispose();
      await settle(subject, vad);
      const score = vad.process(NOTHING);
      expect(score === wanted, `${wanted} beside another, not ${score}`);
      expectCode('disposed', () => other.process(NOTHING));
      expectCode('disposed', () => other.reset());
    },
  },
];

/** The score after all of it. */
async function feed(subject: VadSubject, vad: Vad, samples: Float32Array, blockSamples?: number): Promise<number> {
  for (const block of blocksOf(subject, samples, blockSamples)) vad.process(block);
  await settle(subject, vad);
  return vad.process(NOTHING);
}

/** The score after each hop's worth of samples. */
async function feedEach(subject: VadSubject, vad: Vad, samples: Float32Array): Promise<number[]> {
  const scores: number[] = [];
  for (const block of blocksOf(subject, samples, samplesOf(vad, vad.hopMs))) {
    scores.push(await feed(subject, vad, block));
  }
  return scores;
}

function blocksOf(subject: VadSubject, samples: Float32Array, blockSamples = subject.maxInputSamples): Float32Array[] {
  const length = Math.min(blockSamples, subject.maxInputSamples);
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, i) =>
    samples.subarray(i * length, (i + 1) * length),
  );
}

async function settle(subject: VadSubject, vad: Vad): Promise<void> {
  await subject.settle?.(vad);
}

function samplesOf(vad: Vad, durationMs: number): number {
  return Math.floor((durationMs * vad.sampleRate) / 1000);
}

function isScore(score: number): boolean {
  return score >= 0 && score <= 1;
}

/** Below -66 dBFS, the same each time. */
function quietNoise(sampleCount: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: sampleCount }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * QUIET_RATIO;
  });
}

function expectCode(code: string, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    const actual = (error as { code?: unknown } | null)?.code;
    expect(actual === code, `the error ${code}, not ${String(actual)}`);
    return;
  }
  expect(false, `the error ${code}, but nothing was thrown`);
}

function expect(isTrue: boolean, wanted: string): void {
  if (!isTrue) throw new Error(`Wanted ${wanted}.`);
}
