import { assertAtLeast, assertAtMost, findBestCorrelation, measureRmsDb } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { LabelledClip } from './sharedSpeech.ts';
import { readLabelledClips } from './sharedSpeech.ts';
import { captureStream, joinPcm, makeDsp, resampleStream } from './streams.ts';

const SPEECH_KINDS: ReadonlySet<string> = new Set(['manual', 'forced', 'derived-energy', 'mix']);

const dsp = makeDsp();
const speech = readLabelledClips()?.filter(({ kind, sampleRate }) => SPEECH_KINDS.has(kind) && sampleRate === 16_000);
/** Without recordings one row, which is skipped: to Vitest a suite without tests is a failure. */
const rows: readonly (readonly [string, LabelledClip | null])[] = speech?.map((clip) => [clip.path, clip]) ?? [
  ['no recording', null],
];

describe('real recordings', () => {
  test.for(rows)(
    '%s, played at 48 kHz and captured again, comes back 28 samples later, correlation ≥ 0.995, level within 0.1 dB',
    ([, clip], { skip }) => {
      const { samples } = clip ?? skip('the shared recordings are not beside the repository');
      const player = dsp.createResampler({ inputSampleRate: 16_000, outputSampleRate: 48_000 });
      // Aligned first: the player's own delay is not a whole number of samples at 16 kHz.
      const played = resampleStream(player, samples).subarray(player.groupDelaySamples);
      const captured = dsp.int16ToFloat32(joinPcm(captureStream(dsp, { inputSampleRate: 48_000 }, played)));
      const { correlation, lagSamples } = findBestCorrelation(samples, captured);
      expect(lagSamples).toBe(28);
      // What is missing is what the recordings have above 7.2 kHz, where both filters begin to stop.
      assertAtLeast('correlation', correlation, 0.995, '');
      assertAtMost('level difference', Math.abs(measureRmsDb(captured) - measureRmsDb(samples)), 0.1, 'dB');
    },
  );
});
