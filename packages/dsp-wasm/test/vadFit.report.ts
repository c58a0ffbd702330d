// This file fits the detector's weights to the development part and writes src/design/speechWeights.ts.
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLabelledClips } from './sharedSpeech.ts';
import { compileKernels } from './streams.ts';
import { fitSpeechWeights, weightsModule } from './vadFit/fitSpeechWeights.ts';
import { DEVELOPMENT_CLIPS } from './vadSplit.ts';

describe('the fit of the detector', () => {
  test('src/design/speechWeights.ts is written', { timeout: 300_000 }, ({ skip }) => {
    const clips = readLabelledClips() ?? skip('the shared recordings are not beside the repository');
    const developed = clips.filter(({ path }) => DEVELOPMENT_CLIPS.includes(path));
    const { weights, observationCount, lossPerObservation } = fitSpeechWeights(compileKernels(), developed);
    process.stdout.write(`${observationCount} hops, ${lossPerObservation.toFixed(4)} nats per weighted hop\n`);
    expect(weights.every(Number.isFinite)).toBe(true);
    writeFileSync(new URL('../src/design/speechWeights.ts', import.meta.url), weightsModule(weights));
  });
});
