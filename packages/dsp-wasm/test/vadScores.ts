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
export async function scoreClipsWith(
  rival: Rival,
  dsp: Dsp,
  clips: readonly LabelledClip[],
  gainRatio = 1,
): Promise<ScoredClip[]> {
  const scored: ScoredClip[] = [];
  for (const clip of clips) {
    scored.push({ ...clip, scores: await rival.score(captureClip(dsp, clip, gainRatio).map(({ pcm }) => pcm)) });
  }
  return scored;
}

/** What a clip becomes is the same for every detector. */
const captured = new WeakMap<LabelledClip, Map<number, CapturedFrame[]>>();

function captureClip(dsp: Dsp, clip: LabelledClip, gainRatio: number): CapturedFrame[] {
  const known = captured.get(clip) ?? new Map<number, CapturedFrame[]>();
  captured.set(clip, known);
  const frames = known.get(gainRatio) ?? captureAnew(dsp, clip, gainRatio);
  known.set(gainRatio, frames);
  return frames;
}

function captureAnew(dsp: Dsp, { samples, sampleRate }: LabelledClip, gainRatio: number): CapturedFrame[] {
  const input = samples.map((sample) => sample * gainRatio);
  return captureStream(dsp, { inputSampleRate: sampleRate }, input, { blockLengths: [4096], flush: false });
}
