// This file finds speech in a recording with the project's own detector, beforehand.
import type { Dsp } from '@voicewire/dsp-wasm';
import type { SpeechSegment } from './speechSegment.ts';

/** The detector's hop. */
const HOP_MS = 20;
/** Score from which a hop is speech. One threshold for both ends: the detector smooths by itself. */
const SPEECH_SCORE = 0.6;
/** Shorter stretches are clicks. */
const MIN_SPEECH_HOPS = 3;

/**
 * Speech segments of a whole recording, exact to one hop of 20 ms.
 *
 * @param samples In [-1, 1].
 * @param sampleRate Hz.
 * @throws {AudioFormatError} `unsupported-sample-rate`.
 */
export function detectSpeech(dsp: Pick<Dsp, 'createVad'>, samples: Float32Array, sampleRate: number): SpeechSegment[] {
  const vad = dsp.createVad({ sampleRate });
  const scores: number[] = [];
  try {
    // Cut by time, not by a rounded length: 22.05 and 44.1 kHz have 20 ms hops of 441 and 882 samples, others may not.
    for (let hop = 0; ; hop++) {
      const start = Math.round((hop * HOP_MS * sampleRate) / 1000);
      const end = Math.round(((hop + 1) * HOP_MS * sampleRate) / 1000);
      if (end > samples.length) break;
      scores.push(vad.process(samples.subarray(start, end)));
    }
  } finally {
    vad.dispose();
  }
  return segmentsOf(scores);
}

/** Hops of speech, joined, short stretches dropped. */
export function segmentsOf(scores: readonly number[]): SpeechSegment[] {
  const segments: SpeechSegment[] = [];
  let startHop: number | null = null;
  const close = (endHop: number): void => {
    if (startHop !== null && endHop - startHop >= MIN_SPEECH_HOPS) {
      segments.push({ startS: (startHop * HOP_MS) / 1000, endS: (endHop * HOP_MS) / 1000 });
    }
    startHop = null;
  };
  for (const [hop, score] of scores.entries()) {
    if (score >= SPEECH_SCORE) startHop ??= hop;
    else close(hop);
  }
  close(scores.length);
  return segments;
}
