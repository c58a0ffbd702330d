// This file decides when the user is speaking, by the speech scores of captured frames. Pure; time arrives as an argument.

/** A pause between words; a longer one ends the speech, in ms. */
const HANGOVER_MS = 600;
/** Shorter gaps, such as that of a stop consonant, do not break a stretch of speech, in ms. */
const GAP_MS = 100;

/** Follows one microphone. */
export class UserSpeech {
  private speechMs = -Infinity;
  private stretchStartMs = 0;
  private speaking = false;

  /** @param threshold Score from which a frame is speech, 0 to 1. */
  constructor(private readonly threshold: number) {}

  /** From the first frame of speech until 600 ms after the last. */
  get isSpeaking(): boolean {
    return this.speaking;
  }

  /** For how long speech has gone on without a gap of more than 100 ms, in ms; 0 in such a gap. */
  sustainedMs(nowMs: number): number {
    return nowMs - this.speechMs <= GAP_MS ? nowMs - this.stretchStartMs : 0;
  }

  /** @param score Likelihood of speech of a frame captured now, 0 to 1; 0 while muted. */
  push(score: number, nowMs: number): void {
    if (score >= this.threshold) {
      if (nowMs - this.speechMs > GAP_MS) this.stretchStartMs = nowMs;
      this.speechMs = nowMs;
    }
    this.speaking = nowMs - this.speechMs <= HANGOVER_MS;
  }
}
