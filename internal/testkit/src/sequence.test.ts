import { describe, expect, test } from 'vitest';
import { makeFloatSequence, makeSequence, SequenceVerifier } from './sequence.ts';

function verify(...blocks: ArrayLike<number>[]) {
  const verifier = new SequenceVerifier();
  for (const block of blocks) verifier.read(block);
  return verifier.verdict();
}

describe('SequenceVerifier', () => {
  test('200000 samples in order are intact, across the wrap at 65536', () => {
    expect(verify(makeSequence(0, 120_000), makeSequence(120_000, 80_000))).toEqual({
      receivedSamples: 200_000,
      lostSamples: 0,
      duplicatedSamples: 0,
      lateSamples: 0,
      isIntact: true,
    });
  });

  test('a block of 320 that never comes is 320 lost samples', () => {
    expect(verify(makeSequence(0, 320), makeSequence(640, 320))).toMatchObject({
      lostSamples: 320,
      duplicatedSamples: 0,
      isIntact: false,
    });
  });

  test('a block that comes twice is 320 duplicated samples', () => {
    expect(verify(makeSequence(0, 320), makeSequence(0, 320))).toMatchObject({
      lostSamples: 0,
      duplicatedSamples: 320,
      isIntact: false,
    });
  });

  test('two blocks that change places are 320 late samples, none lost', () => {
    expect(verify(makeSequence(320, 320), makeSequence(0, 320))).toMatchObject({
      lostSamples: 0,
      lateSamples: 320,
      isIntact: false,
    });
  });

  test('one sample lost, or zeros in place of samples, is noticed', () => {
    expect(verify(makeSequence(0, 100), makeSequence(101, 100)).lostSamples).toBe(1);
    expect(verify(makeSequence(0, 1000), new Int16Array(100)).isIntact).toBe(false);
  });

  test('the float form is the int16 form over 32768', () => {
    expect([...makeFloatSequence(32_767, 2)]).toEqual([32_767 / 32_768, -1]);
  });
});
