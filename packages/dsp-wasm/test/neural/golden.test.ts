import { assertAtMost, assertCloseSamples, assertSameSamples } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { readTensors } from '../../scripts/neural/onnx.mjs';
import { readSourceModel } from '../../scripts/neural/sourceModel.mjs';
import { makeSileroReference } from '../reference/sileroReference.ts';
import { open, SCALAR, scoresOf, SIMD, trainedAssets } from './detectors.ts';
import { hopsOf, makeGoldenSignals, readGoldenFile } from './goldenSignals.ts';

/** The gain would change what the network hears. */
const AS_IS = { maxGainDb: 0 };
const golden = readGoldenFile();
const signals = makeGoldenSignals();
const trained = trainedAssets();

const tensors = readTensors(readSourceModel());

const wantedFor = (name: string): readonly number[] =>
  golden.signals.find((signal) => signal.name === name)?.probabilities ?? expect.fail(`No golden frames of ${name}.`);

describe.each(signals)('$name', ({ name, samples }) => {
  const hops = hopsOf(samples);

  test('probabilities equal those of ONNX Runtime within 1e-5, with the weights as trained', () => {
    expect(hops.length).toBeGreaterThan(10);
    assertCloseSamples('probabilities', scoresOf(open(AS_IS, trained), hops), wantedFor(name), 1e-5);
  });

  test('probabilities equal those of the network in double precision within 1e-5', () => {
    const judge = makeSileroReference(tensors);
    const wanted = hops.map((hop) => judge(hop));
    assertCloseSamples('probabilities', scoresOf(open(AS_IS, trained), hops), wanted, 1e-5);
    // What the comparison with ONNX Runtime can be worth at most.
    assertCloseSamples('probabilities of ONNX Runtime', wantedFor(name), wanted, 1e-5);
  });

  test('probabilities equal those of ONNX Runtime within 1e-2 and decide alike at 0.5, with the shipped weights', () => {
    const scores = scoresOf(open(AS_IS), hops);
    assertCloseSamples('probabilities', scores, wantedFor(name), 1e-2);
    expect(scores.map((score) => score >= 0.5)).toEqual(wantedFor(name).map((score) => score >= 0.5));
  });

  test('the kernel without SIMD gives the same bits, spread over 20 ms as well', () => {
    const options = { spreadMs: 20 };
    const wanted = scoresOf(open(options), hops);
    assertSameSamples('scores', scoresOf(open(options, SCALAR), hops), wanted);
  });
});

describe('the comparison', () => {
  test('notices a network that forgets the 64 samples before a hop', () => {
    const [voice] = signals;
    const hops = hopsOf(voice?.samples ?? expect.fail('No voice.'));
    const vad = open(AS_IS, trained);
    const scores = hops.map((hop) => {
      const score = vad.process(hop);
      // The context lies before the hop, which ends 64 samples before the struct does.
      const { buffer, regions } = vad.stage.stage;
      const struct = regions[1] ?? expect.fail('No struct.');
      const bytes = vad.stage.stage.kernels.neuralVadBytes();
      new Uint8Array(buffer, struct.offsetBytes + bytes - (64 + 512 + 64) * 4, 64 * 4).fill(0);
      return score;
    });
    expect(() => assertCloseSamples('probabilities', scores, wantedFor('voice'), 1e-2)).toThrow('probabilities');
  });

  test('two detectors side by side share nothing', () => {
    const [voice, quiet] = signals.map(({ samples }) => hopsOf(samples));
    const [one, other] = [open(), open({}, SIMD)];
    const scores = (voice ?? []).map((hop, i) => {
      other.process(quiet?.[i] ?? hop);
      return one.process(hop);
    });
    assertSameSamples('scores', scores, scoresOf(open(), voice ?? []));
    assertAtMost('scores', Math.max(...scores), 1, '');
  });
});
