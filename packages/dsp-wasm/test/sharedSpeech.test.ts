import { assertAtLeast, assertAtMost, findBestCorrelation, measureRmsDb } from '@voicewire/testkit';
import { expect, test } from 'vitest';
import { describeOnClips } from './sharedSpeech.ts';
import { captureStream, joinPcm, makeDsp, resampleStream } from './streams.ts';

const dsp = makeDsp();

const SPEECH_KINDS: ReadonlySet<string> = new Set(['manual', 'forced', 'derived-energy', 'mix']);

describeOnClips('real recordings', (clips) => {
  const labelled = clips.filter(({ kind }) => SPEECH_KINDS.has(kind));

  test.each(labelled.filter(({ sampleRate }) => sampleRate === 16_000).map((clip) => [clip.path, clip] as const))(
    '%s, played at 48 kHz and captured again, comes back 28 samples later, correlation ≥ 0.995, level within 0.1 dB',
    (_path, { samples }) => {
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
