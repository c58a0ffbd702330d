// This file decides from speech scores when speech starts and ends, so that one loud hop does not count and one pause does not.
import { AudioFormatError } from './audioFormatError.ts';

/** Times are in ms of audio; they are rounded up to whole frames of `frameMs`. */
export interface SpeechGateOptions {
  /** Audio between two calls of `process`, in ms, whatever the hop of the detector that is asked. Default 20. */
  readonly frameMs?: number;
  /** Score from which a frame counts as speech, 0..1. Default 0.5. */
  readonly onScore?: number;
  /** Score below which a frame counts as silence; between the two, the last judgement stays. Default 0.35. */
  readonly offScore?: number;
  /** Speech in a row that starts an utterance. 0 starts with the first frame. Default 60. */
  readonly startMs?: number;
  /** Silence in a row that ends it: shorter pauses belong to the utterance. Default 400. */
  readonly holdMs?: number;
  /** How much sooner than its first frame of speech an utterance is said to begin: soft onsets score late. Default 200. */
  readonly preRollMs?: number;
}

/** What a frame has changed. Times count from the first frame after construction or `reset`. */
export type SpeechGateEvent =
  /** `startMs` is where the utterance begins, pre-roll included; never before the end of the one before. */
  | { readonly type: 'speechStarted'; readonly startMs: number }
  /** `endMs` is the end of the last frame of speech, without the hold-over. */
  | { readonly type: 'speechEnded'; readonly endMs: number };

/**
 *   state     frames                       next      event
 *   silent    speech for startMs           speaking  speechStarted
 *   speaking  silence for holdMs           silent    speechEnded
 *   speaking  end()                        silent    speechEnded
 *
 * Pure: time is the number of frames. Allocates an event per change and nothing per frame.
 */
export class SpeechGate {
  readonly #frameMs: number;
  readonly #onScore: number;
  readonly #offScore: number;
  readonly #startFrames: number;
  readonly #holdFrames: number;
  readonly #preRollFrames: number;
  #frames = 0;
  #isSpeaking = false;
  #isFrameSpeech = false;
  /** Frames in a row that speak against the state. */
  #runFrames = 0;
  /** End of the last utterance's last frame of speech, in frames. */
  #lastEndFrames = 0;

  /** @throws {AudioFormatError} `invalid-gate-option` with the option's name and value. */
  constructor(options: SpeechGateOptions = {}) {
    const { frameMs = 20, onScore = 0.5, offScore = Math.min(0.35, onScore) } = options;
    const { startMs = 60, holdMs = 400, preRollMs = 200 } = options;
    requireOption('frameMs', frameMs, frameMs > 0);
    requireOption('onScore', onScore, onScore > 0 && onScore <= 1);
    requireOption('offScore', offScore, offScore >= 0 && offScore <= onScore);
    for (const [name, ms] of Object.entries({ startMs, holdMs, preRollMs })) requireOption(name, ms, ms >= 0);
    this.#frameMs = frameMs;
    this.#onScore = onScore;
    this.#offScore = offScore;
    this.#startFrames = Math.max(1, Math.ceil(startMs / frameMs));
    this.#holdFrames = Math.max(1, Math.ceil(holdMs / frameMs));
    this.#preRollFrames = Math.ceil(preRollMs / frameMs);
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /**
   * Takes the score of the next frame.
   *
   * @param score 0..1; NaN counts as silence.
   * @returns What it has changed, or null.
   */
  process(score: number): SpeechGateEvent | null {
    this.#isFrameSpeech = score >= (this.#isFrameSpeech ? this.#offScore : this.#onScore);
    this.#frames++;
    this.#runFrames = this.#isFrameSpeech === this.#isSpeaking ? 0 : this.#runFrames + 1;
    if (this.#runFrames < (this.#isSpeaking ? this.#holdFrames : this.#startFrames)) return null;
    return this.#isSpeaking ? this.end() : this.#start();
  }

  /** Ends a running utterance at its last frame of speech: the stream is over. Null while silent. */
  end(): SpeechGateEvent | null {
    if (!this.#isSpeaking) return null;
    this.#lastEndFrames = this.#frames - this.#runFrames;
    this.#isSpeaking = false;
    this.#isFrameSpeech = false;
    this.#runFrames = 0;
    return { type: 'speechEnded', endMs: this.#lastEndFrames * this.#frameMs };
  }

  /** Forgets everything; the next frame is the first. */
  reset(): void {
    this.#frames = 0;
    this.#isSpeaking = false;
    this.#isFrameSpeech = false;
    this.#runFrames = 0;
    this.#lastEndFrames = 0;
  }

  #start(): SpeechGateEvent {
    const firstFrame = this.#frames - this.#runFrames - this.#preRollFrames;
    this.#isSpeaking = true;
    this.#runFrames = 0;
    return { type: 'speechStarted', startMs: Math.max(this.#lastEndFrames, firstFrame) * this.#frameMs };
  }
}

function requireOption(name: string, value: number, isValid: boolean): void {
  if (isValid && Number.isFinite(value)) return;
  throw new AudioFormatError('invalid-gate-option', `The speech gate's ${name} is ${value}.`, { [name]: value });
}
