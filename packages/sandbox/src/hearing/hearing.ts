// This file finds the user's turns in received audio: a detector's score per frame, hysteresis, and a silence that
// counts as the end; or the client's word for it. Time is audio time; the clock is only asked when audio stops coming.
import type { SpeechStart, Utterance } from './utterance.ts';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { Clock } from '../clock.ts';
import { LevelMeter } from './levelMeter.ts';
import type { PcmStore } from './pcmTail.ts';
import { PcmTail } from './pcmTail.ts';

/** Scores one 20 ms frame of 16 kHz speech: 0 certainly none, 1 certainly speech. `Dsp.createVad` makes one. */
export interface SpeechDetector {
  process(frame: Int16Array): number;
  dispose?(): void;
}

/** When speech counts as begun and as over. */
export interface TurnOptions {
  /** Score from which a frame counts as speech. Default 0.6. */
  readonly onScore: number;
  /** Score below which a frame counts as silence; between the two, the last judgement stays. Default 0.35. */
  readonly offScore: number;
  /** Speech needed before a turn counts as begun, in ms. Default 80. */
  readonly startSpeechMs: number;
  /**
   * The same while the agent is talking, so that a click or a cough does not cut it off. A detector's score falls slowly:
   * 200 ms is about 120 ms of sound. Default 200.
   */
  readonly bargeInSpeechMs: number;
  /** Silence that ends a turn, in ms. Default 560. */
  readonly endSilenceMs: number;
}

/** See each field of `TurnOptions`. */
export const DEFAULT_TURN_OPTIONS: TurnOptions = {
  onScore: 0.6,
  offScore: 0.35,
  startSpeechMs: 80,
  bargeInSpeechMs: 200,
  endSilenceMs: 560,
};

/** Lead-in kept before the first frame of speech and lead-out after the last one, in ms. */
const LEAD_MS = 200;
/** Longest turn that is kept, in ms; a longer one keeps its end. */
const MAX_KEPT_MS = 30_000;
/** A turn longer than this is ended by force, in ms. */
const MAX_TURN_MS = 60_000;
/**
 * A detector's score falls slowly, so that a turn which the client ends would begin again at once. So much speech after it
 * is taken for its tail, in ms.
 */
const MAX_TAIL_MS = 400;
const FRAME_MS = 20;
const SAMPLES_PER_MS = AGENT_SAMPLE_RATE / 1000;

/** What hearing reports. */
export interface HearingEvents {
  onSpeechStarted(start: SpeechStart): void;
  onSpeechEnded(utterance: Utterance): void;
}

/** Who finds the ends of the user's turns: we, by listening, or the client, which says so. */
export type TurnDetector = 'server' | 'client';

/**
 *   state      input                                          next      effect
 *   silent     any audio, where the client detects turns      speaking  onSpeechStarted
 *   silent     speech for startSpeechMs (bargeInSpeechMs)     speaking  onSpeechStarted
 *   speaking   silence for endSilenceMs, or MAX_TURN_MS       silent    onSpeechEnded
 *   speaking   no audio at all for endSilenceMs               silent    onSpeechEnded
 *   speaking   endTurn()                                      silent    onSpeechEnded
 */
export class Hearing {
  readonly #clock: Clock;
  readonly #store: PcmStore;
  readonly #detector: SpeechDetector;
  readonly #options: TurnOptions;
  readonly #events: HearingEvents;
  /** What was heard just now: enough to begin a turn with. */
  readonly #lead: PcmTail;
  /** The turn so far, lead-in included. Only there during a turn, so that silent sessions stay small. */
  #turn: PcmTail | undefined;
  #turnStart = 0;
  readonly #level = new LevelMeter();
  #heardSamples = 0;
  #isFrameSpeech = false;
  /** Speech that may still belong to a turn which the client ended, in samples. */
  #tailSamples = 0;
  /** Speech in a row while silent, silence in a row while speaking; in samples. */
  #runSamples = 0;
  #speechStart: number | undefined;
  #speechEnd = 0;
  #lastFrameAtMs = 0;
  #watchdog: unknown;
  #turnDetector: TurnDetector = 'server';

  constructor(clock: Clock, store: PcmStore, detector: SpeechDetector, options: TurnOptions, events: HearingEvents) {
    this.#clock = clock;
    this.#store = store;
    this.#detector = detector;
    this.#options = options;
    this.#events = events;
    const startMs = Math.max(options.startSpeechMs, options.bargeInSpeechMs) + FRAME_MS;
    this.#lead = new PcmTail((LEAD_MS + startMs) * SAMPLES_PER_MS, store);
  }

  /**
   * Takes one 20 ms frame at 16 kHz; it is copied.
   *
   * @param isAgentSpeaking Whether speech that begins now would be a barge-in.
   */
  hear(frame: Int16Array, isAgentSpeaking: boolean): void {
    this.#lastFrameAtMs = this.#clock.nowMs();
    this.#lead.push(frame);
    this.#turn?.push(frame);
    this.#heardSamples += frame.length;
    if (this.#turnDetector === 'client') return this.#hearByRequest(frame, isAgentSpeaking);
    const score = this.#detector.process(frame);
    this.#isFrameSpeech = score >= (this.#isFrameSpeech ? this.#options.offScore : this.#options.onScore);
    if (this.#speechStart === undefined) this.#hearWhileSilent(frame, isAgentSpeaking);
    else this.#hearWhileSpeaking(frame, this.#speechStart);
  }

  /** Switches who detects turns; a turn that is under way ends first. */
  setTurnDetector(turnDetector: TurnDetector): void {
    if (this.#speechStart !== undefined) this.#endTurn(this.#speechStart);
    this.#turnDetector = turnDetector;
  }

  /** The client says that the user's turn is over. Without a turn, nothing happens. */
  endTurn(): void {
    if (this.#speechStart === undefined) return;
    this.#endTurn(this.#speechStart);
    this.#tailSamples = MAX_TAIL_MS * SAMPLES_PER_MS;
  }

  /** Speech of the turn so far, in ms; nothing outside a turn. */
  get turnMs(): number | undefined {
    return this.#speechStart === undefined ? undefined : (this.#speechEnd - this.#speechStart) / SAMPLES_PER_MS;
  }

  /** Releases the detector, the timer and what was heard. */
  close(): void {
    if (this.#watchdog !== undefined) this.#clock.clearTimer(this.#watchdog);
    this.#watchdog = undefined;
    this.#lead.release();
    this.#turn?.release();
    this.#turn = undefined;
    this.#detector.dispose?.();
  }

  #hearWhileSilent(frame: Int16Array, isBargeIn: boolean): void {
    if (!this.#isFrameSpeech) this.#tailSamples = 0;
    if (!this.#isFrameSpeech || this.#tailSamples > 0) {
      this.#tailSamples -= Math.min(frame.length, this.#tailSamples);
      this.#runSamples = 0;
      this.#level.reset();
      return;
    }
    this.#level.add(frame);
    this.#runSamples += frame.length;
    const neededMs = isBargeIn ? this.#options.bargeInSpeechMs : this.#options.startSpeechMs;
    if (this.#runSamples < neededMs * SAMPLES_PER_MS) return;
    this.#beginTurn(this.#runSamples, isBargeIn);
  }

  /** The client detects turns: everything it sends belongs to one. */
  #hearByRequest(frame: Int16Array, isAgentSpeaking: boolean): void {
    this.#level.add(frame);
    if (this.#speechStart === undefined) this.#beginTurn(frame.length, isAgentSpeaking);
    this.#speechEnd = this.#heardSamples;
    if (this.#heardSamples - (this.#speechStart ?? 0) >= MAX_TURN_MS * SAMPLES_PER_MS) this.endTurn();
  }

  #beginTurn(speechSamples: number, isBargeIn: boolean): void {
    this.#speechStart = this.#heardSamples - speechSamples;
    this.#speechEnd = this.#heardSamples;
    this.#runSamples = 0;
    this.#turnStart = Math.max(this.#lead.startSample, this.#speechStart - LEAD_MS * SAMPLES_PER_MS);
    this.#turn = new PcmTail((MAX_KEPT_MS + 2 * LEAD_MS) * SAMPLES_PER_MS, this.#store);
    this.#turn.push(this.#lead.slice(this.#turnStart, this.#heardSamples));
    if (this.#turnDetector === 'server') this.#watchForLostAudio(this.#options.endSilenceMs);
    this.#events.onSpeechStarted({ startSample: this.#speechStart, isBargeIn });
  }

  #hearWhileSpeaking(frame: Int16Array, startSample: number): void {
    if (this.#isFrameSpeech) {
      this.#level.add(frame);
      this.#speechEnd = this.#heardSamples;
      this.#runSamples = 0;
    } else {
      this.#runSamples += frame.length;
    }
    const isOver = this.#runSamples >= this.#options.endSilenceMs * SAMPLES_PER_MS;
    if (isOver || this.#heardSamples - startSample >= MAX_TURN_MS * SAMPLES_PER_MS) this.#endTurn(startSample);
  }

  #endTurn(startSample: number): void {
    if (this.#watchdog !== undefined) this.#clock.clearTimer(this.#watchdog);
    this.#watchdog = undefined;
    const utterance: Utterance = {
      startSample,
      endSample: this.#speechEnd,
      durationMs: (this.#speechEnd - startSample) / SAMPLES_PER_MS,
      rmsDb: this.#level.rmsDb,
      pcm: this.#turn?.slice(0, this.#speechEnd + LEAD_MS * SAMPLES_PER_MS - this.#turnStart) ?? new Int16Array(0),
    };
    this.#turn?.release();
    this.#turn = undefined;
    this.#speechStart = undefined;
    this.#isFrameSpeech = false;
    this.#runSamples = 0;
    this.#level.reset();
    this.#events.onSpeechEnded(utterance);
  }

  /** A client that stops sending in mid-speech still ends its turn. Re-armed for the rest instead of per frame. */
  #watchForLostAudio(waitMs: number): void {
    this.#watchdog = this.#clock.setTimer(waitMs, () => {
      this.#watchdog = undefined;
      if (this.#speechStart === undefined) return;
      const missingMs = this.#lastFrameAtMs + this.#options.endSilenceMs - this.#clock.nowMs();
      if (missingMs > 0) this.#watchForLostAudio(missingMs);
      else this.#endTurn(this.#speechStart);
    });
  }
}
