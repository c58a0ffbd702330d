// This file runs detectors over the shared recordings, a fresh one per clip.
import type { Dsp } from '../src/dsp.ts';
import type { LabelledClip } from './sharedSpeech.ts';
import type { CapturedFrame } from './streams.ts';
import { captureStream } from './streams.ts';
import type { Rival } from './vadRivals.ts';
import type { ScoredClip } from './vadScoring.ts';

/** @param gainRatio Factor on the samples: 0.1 is 20 dB less input level. */
export function scoreClips(dsp: Dsp, clips: readonly LabelledClip[], gainRatio = 1): ScoredClip[] {
  return clips.map((clip) => ({
    ...clip,
    scores: captureClip(dsp, clip, gainRatio).map((frame) => frame.speechScore),
  }));
}

/** The same for another detector, which hears the frames that ours hears. */
export function scoreClipsWith(rival: Rival, dsp: Dsp, clips: readonly LabelledClip[], gainRatio = 1): ScoredClip[] {
  return clips.map((clip) => ({
    ...clip,
    scores: rival.score(captureClip(dsp, clip, gainRatio).map(({ pcm }) => pcm)),
  }));
}

function captureClip(dsp: Dsp, { samples, sampleRate }: LabelledClip, gainRatio: number): CapturedFrame[] {
  const input = samples.map((sample) => sample * gainRatio);
  return captureStream(dsp, { inputSampleRate: sampleRate }, input, { blockLengths: [4096], flush: false });
}
