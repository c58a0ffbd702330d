import { assertAtMost, assertNear, assertSameSamples, createSeededRandom, makeNoise } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { Gain } from '../../src/player/gain.ts';
import { crossFadeReference } from '../reference/playerReference.ts';
import { forEachBlock, joinFloats, makeDsp } from '../streams.ts';
import { largestStep } from './playerStreams.ts';

const dsp = makeDsp();
const f = Math.fround;

function run(gain: Gain, signal: Float32Array, blockLengths: readonly number[]): Float32Array {
  const parts: Float32Array[] = [];
  forEachBlock(signal, blockLengths, (block) => parts.push(gain.process(block).slice()));
  return joinFloats(parts);
}

describe('Gain', () => {
  const noise = makeNoise(createSeededRandom(71), 4000);
  const ones = new Float32Array(1000).fill(1);

  test('leaves every bit at gain 1', () => {
    assertSameSamples('output', run(dsp.createGain({ sampleRate: 48_000 }), noise, [127]), noise);
  });

  test.each([[1], [127], [128], [4096], [3, 500, 0, 64]].map((cut) => [cut]))(
    'blocks of %j: a ramp to 0.2 over 10 ms equals x · (from + step · n) in every bit, then x · 0.2',
    (cut) => {
      const gain = dsp.createGain({ sampleRate: 48_000 });
      gain.rampTo(0.2, 10);
      const step = f(f(f(0.2) - 1) / 480);
      const wanted = noise.map((x, n) => f(x * (n < 480 ? f(1 + f(step * (n + 1))) : f(0.2))));
      assertSameSamples('output', run(gain, noise, cut), wanted);
    },
  );

  test('a fade of 5 ms ends at exactly 0, and a ramp that is turned round on its way makes no step', () => {
    const gain = dsp.createGain({ sampleRate: 16_000, gainRatio: 0.5 });
    gain.rampTo(0, 5);
    const falling = gain.process(ones.subarray(0, 40)).slice();
    assertNear('half way', falling[39] ?? 0, 0.25, 1e-6, '');
    gain.rampTo(1, 10);
    const rising = gain.process(ones.subarray(0, 200)).slice();
    assertAtMost('step', largestStep(joinFloats([falling, rising])), 0.00626, '');
    expect(rising[199]).toBe(1);
    gain.rampTo(0, 5);
    expect(gain.process(ones.subarray(0, 100))[80]).toBe(0);
    gain.rampTo(2, 0);
    expect([...gain.process(ones.subarray(0, 2))]).toEqual([2, 2]);
  });
});

describe('crossFade', () => {
  const [from, to] = [makeNoise(createSeededRandom(72), 10_001), makeNoise(createSeededRandom(73), 10_001)];

  test.each([1, 3, 4, 127, 4096, 10_001])('of %i samples equals its plain twin in every bit', (total) => {
    const wanted = from.subarray(0, total).map((a, n) => crossFadeReference(a, to[n] ?? 0, n, total));
    assertSameSamples('output', dsp.crossFade(from.subarray(0, total), to), wanted);
  });

  test('of equal sounds keeps every bit, of silence and ones rises without a step, and may write over either', () => {
    assertSameSamples('output', dsp.crossFade(from, from), from);
    const rise = dsp.crossFade(new Float32Array(160), new Float32Array(160).fill(1));
    assertAtMost('step', largestStep(rise), 1.5 / 160, '');
    expect((rise[0] ?? 1) + (rise[159] ?? 1)).toBeCloseTo(1, 6);
    const wanted = dsp.crossFade(from, to);
    const [first, second] = [from.slice(), to.slice()];
    expect(dsp.crossFade(first, to, first)).toEqual(wanted);
    expect(dsp.crossFade(from, second, second)).toEqual(wanted);
  });
});
