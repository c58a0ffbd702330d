// This file fits the detector's weights: which hops count how much, how strongly weights are held down, what is written.
import { FEATURE_COUNT } from '../../src/design/speechModel.ts';
import type { WasmModule } from '../../src/load/webAssembly.ts';
import type { LabelledClip } from '../sharedSpeech.ts';
import type { Observation } from './fitLogistic.ts';
import { fitLogistic } from './fitLogistic.ts';
import { makeTrainingSet } from './trainingSet.ts';

const COUNTS = {
  nonspeech: 5.5,
  manual: 0.4,
  quietSpeech: 1.7,
  onset: 6.5,
  ending: 2,
  colouredNoise: 0.2,
  inNoise: 0.2,
  narrow: 0.25,
};
const PENALTY = 3;
/** More would change with the last bits of the features; features are small, so that this moves no score by more than 0.01. */
const DECIMALS = 3;
const BAND_COUNT = 8;

/** @param clips Development clips only. */
export function fitSpeechWeights(module: WasmModule, clips: readonly LabelledClip[]) {
  const observations = makeTrainingSet(module, clips, COUNTS);
  const weights = fitLogistic(observations, PENALTY).map((weight) => Number(weight.toFixed(DECIMALS)));
  const total = observations.reduce((sum, { weight }) => sum + weight, 0);
  const loss = observations.reduce((sum, observation) => sum + crossEntropy(observation, weights), 0);
  return { weights, observationCount: observations.length, lossPerObservation: loss / total };
}

function crossEntropy({ features, isSpeech, weight }: Observation, weights: readonly number[]): number {
  const z = features.reduce((sum, x, i) => sum + x * (weights[i] ?? Number.NaN), weights.at(-1) ?? Number.NaN);
  return weight * Math.log1p(Math.exp(isSpeech ? -z : z));
}

/** The text of src/design/speechWeights.ts. */
export function weightsModule(weights: readonly number[]): string {
  const row = (name: string, from: number, to: number) => [`  // ${name}`, `  ${weights.slice(from, to).join(', ')},`];
  const rowsOfBands = ['s_b', 'q_b', 'c_b'].flatMap((name, i) => row(name, i * BAND_COUNT, (i + 1) * BAND_COUNT));
  return [
    '// This file holds the weights that the detector was fitted with. Written by `pnpm --filter @voicewire/dsp-wasm fit:vad`.',
    '',
    '/**',
    ' * Logistic weights of the features of assembly/speechScore.ts, in their order, then w₀. Fitted to the development part of',
    ' * the shared recordings that test/vadSplit.ts names, and to seeded noise: test/vadFit. Every one of those recordings has',
    ' * a licence that allows it: public domain, CC0, CC BY, MIT, BSD or Apache 2.0.',
    ' */',
    'export const SPEECH_WEIGHTS: readonly number[] = [',
    ...rowsOfBands,
    ...row('v, m̄, m̃, v̄, ṽ', 3 * BAND_COUNT, FEATURE_COUNT),
    ...row('w₀', FEATURE_COUNT, FEATURE_COUNT + 1),
    '];',
    '',
  ].join('\n');
}
