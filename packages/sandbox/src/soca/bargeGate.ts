// This file decides when the user's speech interrupts the agent: five thresholds and a list of filler words, on the
// caller's time.
import { BARGE_GATE } from '@voicewire/protocol/soca';

/** What the recogniser makes of the user's speech so far. */
export interface PartialTranscript {
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** When the gate opens; all of these at once. The defaults are the vendor's. */
export interface BargeGateThresholds {
  /** Default 10. */
  readonly minPartialCharCount: number;
  /** Default 2. */
  readonly minPartialWordCount: number;
  /** 0 to 1. Default 0.3. */
  readonly minConfidence: number;
  /** Since the detector heard speech begin, in ms. Default 1500. */
  readonly speechStartWindowMs: number;
  /** Since the last interruption, in ms. Default 800. */
  readonly cooldownMs: number;
  /** In lower case; a partial of nothing else interrupts nothing. */
  readonly fillerWords: readonly string[];
}

/** What became of a partial: `open` interrupts, anything else says what was missing first. */
export type GateVerdict =
  | 'open'
  | 'no-speech'
  | 'too-few-characters'
  | 'too-few-words'
  | 'only-fillers'
  | 'too-uncertain'
  | 'too-late'
  | 'cooling-down';

/**
 *   check         passes                                                      at the default
 *   characters    trimmed text has minPartialCharCount or more                10, not 9
 *   words         between white space, minPartialWordCount or more            2, not 1
 *   fillers       some word is none, punctuation and case aside
 *   confidence    minConfidence or more                                       0.30, not 0.29
 *   window        speech began speechStartWindowMs ago, or less               1.50 s, not 1.51 s
 *   cooldown      the last interruption was cooldownMs ago, or more           0.80 s, not 0.79 s
 */
export class BargeGate {
  readonly #thresholds: BargeGateThresholds;
  #speechStartedAtMs: number | undefined;
  #bargedAtMs: number | undefined;

  constructor(thresholds: Partial<BargeGateThresholds> = {}) {
    this.#thresholds = { ...BARGE_GATE, ...thresholds };
  }

  /** The detector heard speech begin. */
  speechStarted(nowMs: number): void {
    this.#speechStartedAtMs = nowMs;
  }

  /** The user's turn is over; no partial of it counts any more. */
  speechEnded(): void {
    this.#speechStartedAtMs = undefined;
  }

  /** Judges a partial. `open` counts as an interruption, so that the cooldown begins. */
  judge(partial: PartialTranscript, nowMs: number): GateVerdict {
    const verdict = this.#judge(partial, nowMs);
    if (verdict === 'open') this.#bargedAtMs = nowMs;
    return verdict;
  }

  /** True for text that has words, and none that is not a filler. */
  isOnlyFillers(text: string): boolean {
    const words = wordsOf(text);
    return words.length > 0 && words.every((word) => this.#thresholds.fillerWords.includes(bareOf(word)));
  }

  #judge({ text, confidence }: PartialTranscript, nowMs: number): GateVerdict {
    const limits = this.#thresholds;
    if (this.#speechStartedAtMs === undefined) return 'no-speech';
    // Fillers come first: "hmm" is what it is, however short.
    if (this.isOnlyFillers(text)) return 'only-fillers';
    if (Array.from(text.trim()).length < limits.minPartialCharCount) return 'too-few-characters';
    if (wordsOf(text).length < limits.minPartialWordCount) return 'too-few-words';
    if (confidence < limits.minConfidence) return 'too-uncertain';
    if (nowMs - this.#speechStartedAtMs > limits.speechStartWindowMs) return 'too-late';
    if (this.#bargedAtMs !== undefined && nowMs - this.#bargedAtMs < limits.cooldownMs) return 'cooling-down';
    return 'open';
  }
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

/** "Hmm…" and "hmm" are one word. */
function bareOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}']/gu, '');
}
