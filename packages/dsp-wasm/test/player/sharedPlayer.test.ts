import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { describe, test } from 'vitest';
import type { LabelledClip } from '../sharedSpeech.ts';
import { readLabelledClips } from '../sharedSpeech.ts';
import { makeDsp } from '../streams.ts';
import { measureGaps, measureJoins, similarityAfterInverse } from './playerMeasures.ts';

const dsp = makeDsp();
/** Speech in meetings and in the street, four seconds of each. Without recordings one row, which is skipped. */
const clips = readLabelledClips()?.filter(
  ({ path }) => path.startsWith('labelled/ami') || path.startsWith('mix/mix_de_fr'),
);
const rows: readonly (readonly [string, LabelledClip | null])[] = clips?.map((clip) => [clip.path, clip]) ?? [
  ['no recording', null],
];

describe('the player on real recordings', () => {
  test.for(rows)('%s: stretched and back, joined and concealed, stays speech', ([, clip], { skip }) => {
    const { samples, sampleRate } = clip ?? skip('the shared recordings are not beside the repository');
    const sound = { sampleRate, samples: samples.subarray(0, 4 * sampleRate) };
    for (const ratio of [0.87, 1.149]) {
      assertAtLeast('similarity', similarityAfterInverse(dsp, sound, ratio), 0.85, '');
      const { stepRatio, fluxRatio } = measureJoins(sound, ratio);
      assertAtMost('largest step at a join', stepRatio, 1, 'of the largest');
      assertAtMost('flux at joins', fluxRatio, 1.3, 'of the usual');
    }
    const { distanceDb, silenceDistanceDb, stepRatio } = measureGaps(dsp, sound, 20);
    assertAtMost('spectral distance over that of silence', distanceDb / silenceDistanceDb, 0.5, '');
    assertAtMost('largest step', stepRatio, 1.2, 'of the largest');
  });
});
