// This file judges the audio that a client sends, whatever its protocol: is it what a microphone heard, as int16 at 16 kHz?
import { Reframer } from '../hearing/reframer.ts';
import type { Severity } from '../ledger/records.ts';
import type { Rule } from '../server/breaches.ts';
import type { ContentFault } from './contentCheck.ts';
import { ContentCheck } from './contentCheck.ts';
import { signalRecognizer } from './signalRecognizer.ts';
import { FRAME_SAMPLES } from './signalReference.ts';
import type { SignalCheck } from './signalTracker.ts';
import { SignalTracker } from './signalTracker.ts';

/**
 * How far audio is judged.
 * - `off`: not at all.
 * - `content`: what shows in any audio (T-03, T-04, T-05, T-07).
 * - `auto`: besides, what shows only when the client's microphone hears `createTestSignal` (T-01, T-02, T-06), from when it
 *   is recognized on; other sound is no fault, and the end of the signal a `note`.
 * - `signal`: the same, and any sound but the signal is a fault (T-01).
 */
export const AUDIO_TRUTH_LEVELS = ['off', 'content', 'auto', 'signal'] as const;
/** One of `AUDIO_TRUTH_LEVELS`. */
export type AudioTruthLevel = (typeof AUDIO_TRUTH_LEVELS)[number];

/** Finds the signal where there is one, at 2 µs more per frame where there is none. */
export const DEFAULT_AUDIO_TRUTH: AudioTruthLevel = 'auto';

/** The rules that hold for audio of every vendor. The README's table is generated from it. */
export const TRUTH_RULES = {
  'T-01': {
    check:
      'No sample is missing, comes twice or out of order. One alone is told from a drifting clock, but not within 40 ms of silence.',
    severity: 'fatal',
    reaction: 'Recorded, with the number of samples. Needs the test signal; its end is a `note`.',
  },
  'T-02': {
    check: 'A second holds 16000 ± 8 samples, taken at 16 kHz.',
    severity: 'fatal',
    reaction: 'Recorded, with the rate that fits; a drift over 500 ppm is `strict`. Needs the test signal.',
  },
  'T-03': { check: 'Samples are little-endian.', severity: 'fatal', reaction: 'Recorded.' },
  'T-04': { check: 'There is one channel: not every sample comes twice.', severity: 'fatal', reaction: 'Recorded.' },
  'T-05': {
    check:
      'Loud samples saturate and do not wrap around. Clipping (1 % of a second) and DC (over -20 dB) are a `note`.',
    severity: 'fatal',
    reaction: 'Recorded.',
  },
  'T-06': {
    check: 'Tones above 8 kHz are gone, by 50 dB at least.',
    severity: 'fatal',
    reaction: 'Recorded, with the suppression. Needs the test signal.',
  },
  'T-07': { check: 'Samples are int16, not Float32.', severity: 'fatal', reaction: 'Recorded.' },
} as const satisfies Record<string, Rule>;

/** One of the ids in `TRUTH_RULES`. */
export type TruthRuleId = keyof typeof TRUTH_RULES;

const CONTENT_RULES: Readonly<Record<ContentFault, TruthRuleId>> = {
  byteOrder: 'T-03',
  channels: 'T-04',
  level: 'T-05',
  float: 'T-07',
};
const SIGNAL_RULES: Readonly<Record<SignalCheck, TruthRuleId>> = {
  continuity: 'T-01',
  rate: 'T-02',
  aliasing: 'T-06',
};

/** Does now, in some 0.1 s, what would otherwise hold up the first audio at this level. */
export function prepareAudioTruth(level: AudioTruthLevel): void {
  if (level === 'auto' || level === 'signal') signalRecognizer();
}

/** Judges one connection's audio. */
export class AudioTruth {
  readonly #reframer: Reframer;

  constructor(
    level: Exclude<AudioTruthLevel, 'off'>,
    report: (id: TruthRuleId, severity: Severity, detail: string) => void,
  ) {
    const content = new ContentCheck((fault, severity, detail) => report(CONTENT_RULES[fault], severity, detail));
    const tracker =
      level === 'content'
        ? undefined
        : new SignalTracker(
            (check, severity, detail) => report(SIGNAL_RULES[check], severity, detail),
            level === 'signal',
          );
    this.#reframer = new Reframer(FRAME_SAMPLES, (frame) => {
      content.frame(frame);
      tracker?.frame(frame);
    });
  }

  /** Takes received audio at 16 kHz, in blocks of any length; nothing of it is kept. */
  push(pcm: Int16Array): void {
    this.#reframer.push(pcm);
  }
}
