// This file runs the detector over the shared recordings, one fresh detector per clip.
import type { Dsp } from '../src/dsp.ts';
import type { LabelledClip } from './sharedSpeech.ts';
import { captureStream } from './streams.ts';
import type { ScoredClip } from './vadScoring.ts';

/** @param gainRatio Factor on the samples: 0.1 is 20 dB less input level. */
export function scoreClips(dsp: Dsp, clips: readonly LabelledClip[], gainRatio = 1): ScoredClip[] {
  return clips.map(({ path, kind, sampleRate, samples, segments, hasOnsets }) => {
    const input = samples.map((sample) => sample * gainRatio);
    const frames = captureStream(dsp, { inputSampleRate: sampleRate }, input, { blockLengths: [4096], flush: false });
    return { path, kind, segments, hasOnsets, scores: frames.map(({ speechScore }) => speechScore) };
  });
}
