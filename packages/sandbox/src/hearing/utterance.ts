// This file defines what hearing gives: the beginning of user speech, and a finished stretch of it.

/** The beginning of user speech, reported once it is certain (some tens of ms late). */
export interface SpeechStart {
  /** Position of the first sample of speech, counted in received samples. */
  readonly startSample: number;
  /** True when the agent was talking: the user interrupts. */
  readonly isBargeIn: boolean;
}

/** One finished stretch of user speech. */
export interface Utterance {
  /** Position of the first sample of speech, counted in received samples. */
  readonly startSample: number;
  /** Position after the last sample of speech. */
  readonly endSample: number;
  /** Speech from first to last sample, pauses included, in ms. */
  readonly durationMs: number;
  /** Mean level of the speech, in dB relative to full scale (a full-scale square wave is 0). */
  readonly rmsDb: number;
  /** What was heard at 16 kHz, with a short lead-in and lead-out. Its own copy; at most 30 s, the latest are kept. */
  readonly pcm: Int16Array;
}

/** An utterance with what it said, or with an honest description where nobody recognised speech. */
export interface TranscribedUtterance extends Utterance {
  readonly transcript: string;
}
