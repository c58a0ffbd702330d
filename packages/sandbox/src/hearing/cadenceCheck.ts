// This file checks the pace of user audio: 20 ms of it every 20 ms, with room for jitter and for catching up. Constant work per
// frame, whatever the client does.
import type { Severity } from '../ledger/records.ts';

/** Audio that counts as one frame; a vendor with messages of other lengths counts how many they hold. */
const FRAME_MS = 20;
/** Gaps from here on are noted, in ms. */
const NOTED_GAP_MS = 100;
/** Gaps from here on are a breach, in ms. */
const STRICT_GAP_MS = 500;
/** Frames within one tick count as a burst. */
const BURST_TICK_MS = 5;
const NOTED_BURST_FRAMES = 5;
const STRICT_BURST_FRAMES = 25;
/** How far audio may run ahead of, or behind, real time, in ms. */
const MAX_AHEAD_MS = 250;
const MAX_BEHIND_MS = 500;
/** Sound cards differ from our clock by up to 500 ppm; the bounds above widen by that much per elapsed ms. */
const CLOCK_SKEW_RATIO = 0.0005;
/** Frames over which the rate is measured: 5 s. */
const RATE_FRAMES = 250;
/** ± 2 % of 5 s, in ms. */
const MAX_RATE_ERROR_MS = 100;
/** The rate must be off for this many frames in a row: one frame that is late shifts only the windows it borders on. */
const RATE_RUN_FRAMES = 50;
/** Catch-up is over when this many frames took at least 90 % of their duration to arrive. */
const CAUGHT_UP_FRAMES = 25;
const CAUGHT_UP_RATIO = 0.9;
const MAX_CATCH_UP_SPEED = 2;
/** What a client may hold back while it reconnects, in ms. */
const MAX_BACKLOG_MS = 1500;

/** Receives what the check finds. */
export type CadenceReport = (severity: Severity, detail: string) => void;

/**
 *   phase     input                                 next      reported
 *   waiting   first frame                           catchUp
 *   catchUp   500 ms at ≤ 1.1 × real time           steady    faster than 2 ×, or more than any backlog: strict
 *   steady    gap over 100 ms                       catchUp   note, strict from 500 ms
 *   steady    rate or position off                  steady    strict, then counted anew
 */
export class CadenceCheck {
  readonly #report: CadenceReport;
  #phase: 'waiting' | 'catchUp' | 'steady' = 'waiting';
  #beganAtMs = 0;
  #lastAtMs = 0;
  /** Where the phase began, and frames since then. */
  #phaseAtMs = 0;
  #phaseFrames = 0;
  #allowedBacklogMs = MAX_BACKLOG_MS;
  #isSpeeding = false;
  #burstAtMs = Number.NEGATIVE_INFINITY;
  #burstFrames = 0;
  /** Arrival times of the last 250 frames, in ms, as a ring. */
  readonly #arrivalsMs = new Float64Array(RATE_FRAMES);
  #arrivalCount = 0;
  /** Frames in a row with the rate off: positive too slow, negative too fast. */
  #rateRun = 0;

  constructor(report: CadenceReport) {
    this.#report = report;
  }

  /** Audio may come from now on. */
  begin(nowMs: number): void {
    this.#beganAtMs = nowMs;
    this.#lastAtMs = nowMs;
  }

  /** One frame arrived. */
  frame(nowMs: number): void {
    const gapMs = nowMs - this.#lastAtMs;
    if (this.#phase === 'waiting') this.#enterCatchUp(nowMs, MAX_BACKLOG_MS);
    else if (gapMs > NOTED_GAP_MS) this.#noteGap(nowMs, gapMs);
    this.#lastAtMs = nowMs;
    this.#countBurst(nowMs);
    this.#phaseFrames += 1;
    if (this.#phase === 'catchUp') this.#checkCatchUp(nowMs);
    else this.#checkSteady(nowMs);
    this.#arrivalsMs[this.#arrivalCount % RATE_FRAMES] = nowMs;
    this.#arrivalCount += 1;
  }

  /** The session is over: audio need not come any more. */
  end(nowMs: number): void {
    if (this.#phase === 'waiting') {
      const waitedMs = nowMs - this.#beganAtMs;
      // Not a breach: a page may wait for the microphone's permission until its user gives up.
      if (waitedMs > STRICT_GAP_MS) this.#report('note', `no audio in ${round(waitedMs)} ms since it may come`);
      return;
    }
    const gapMs = nowMs - this.#lastAtMs;
    if (gapMs > STRICT_GAP_MS) this.#report('strict', `no audio for the last ${round(gapMs)} ms of the session`);
  }

  #noteGap(nowMs: number, gapMs: number): void {
    const severity = gapMs > STRICT_GAP_MS ? 'strict' : 'note';
    this.#report(severity, `no audio for ${round(gapMs)} ms, wanted a frame every ${FRAME_MS} ms`);
    this.#enterCatchUp(nowMs, Math.max(MAX_BACKLOG_MS, gapMs));
  }

  #enterCatchUp(nowMs: number, allowedBacklogMs: number): void {
    this.#phase = 'catchUp';
    this.#phaseAtMs = nowMs;
    this.#phaseFrames = 0;
    this.#allowedBacklogMs = allowedBacklogMs;
    this.#isSpeeding = false;
    this.#rateRun = 0;
  }

  #enterSteady(nowMs: number): void {
    this.#phase = 'steady';
    this.#phaseAtMs = nowMs;
    this.#phaseFrames = 0;
    this.#rateRun = 0;
  }

  #countBurst(nowMs: number): void {
    if (nowMs - this.#burstAtMs > BURST_TICK_MS) {
      this.#burstAtMs = nowMs;
      this.#burstFrames = 0;
    }
    this.#burstFrames += 1;
    if (this.#burstFrames === NOTED_BURST_FRAMES + 1) {
      this.#report('note', `more than ${NOTED_BURST_FRAMES} frames within ${BURST_TICK_MS} ms`);
    } else if (this.#burstFrames === STRICT_BURST_FRAMES + 1) {
      this.#report('strict', `more than ${STRICT_BURST_FRAMES} frames within ${BURST_TICK_MS} ms`);
    }
  }

  #checkCatchUp(nowMs: number): void {
    const elapsedMs = nowMs - this.#phaseAtMs;
    const sentMs = this.#phaseFrames * FRAME_MS;
    const allowedMs = MAX_CATCH_UP_SPEED * elapsedMs + STRICT_BURST_FRAMES * FRAME_MS;
    const isAhead = sentMs - elapsedMs > this.#allowedBacklogMs + MAX_AHEAD_MS;
    if (!this.#isSpeeding && (sentMs > allowedMs || isAhead)) {
      this.#isSpeeding = true;
      const wanted = isAhead ? `at most ${round(this.#allowedBacklogMs)} ms of backlog` : 'at most twice real time';
      this.#report('strict', `${sentMs} ms of audio within ${round(elapsedMs)} ms of catching up, wanted ${wanted}`);
    }
    if (this.#phaseFrames <= CAUGHT_UP_FRAMES) return;
    const spanMs = nowMs - this.#arrivalBefore(CAUGHT_UP_FRAMES);
    if (spanMs >= CAUGHT_UP_FRAMES * FRAME_MS * CAUGHT_UP_RATIO) this.#enterSteady(nowMs);
  }

  #checkSteady(nowMs: number): void {
    const elapsedMs = nowMs - this.#phaseAtMs;
    const aheadMs = this.#phaseFrames * FRAME_MS - elapsedMs;
    const skewMs = elapsedMs * CLOCK_SKEW_RATIO;
    if (aheadMs > MAX_AHEAD_MS + skewMs || aheadMs < -MAX_BEHIND_MS - skewMs) {
      const where = aheadMs > 0 ? 'ahead of' : 'behind';
      this.#report('strict', `audio is ${round(Math.abs(aheadMs))} ms ${where} real time`);
      this.#enterSteady(nowMs);
    } else if (this.#phaseFrames > RATE_FRAMES) {
      this.#checkRate(nowMs - this.#arrivalBefore(RATE_FRAMES) - RATE_FRAMES * FRAME_MS);
    }
  }

  /** @param errorMs Time the last 250 frames took, less their duration. */
  #checkRate(errorMs: number): void {
    if (Math.abs(errorMs) <= MAX_RATE_ERROR_MS) {
      this.#rateRun = 0;
      return;
    }
    const sign = Math.sign(errorMs);
    this.#rateRun = Math.sign(this.#rateRun) === sign ? this.#rateRun + sign : sign;
    if (Math.abs(this.#rateRun) < RATE_RUN_FRAMES) return;
    const ratePerS = (RATE_FRAMES * 1000) / (RATE_FRAMES * FRAME_MS + errorMs);
    this.#report('strict', `${ratePerS.toFixed(1)} frames/s over 5 s, wanted ${1000 / FRAME_MS} ± 2 %`);
    // The next report needs a whole new window.
    this.#phaseFrames = 0;
    this.#phaseAtMs = this.#lastAtMs;
    this.#rateRun = 0;
  }

  /** When the frame `count` before the current one arrived; `count` is 1 … 250. */
  #arrivalBefore(count: number): number {
    return this.#arrivalsMs[(this.#arrivalCount - count + RATE_FRAMES) % RATE_FRAMES] ?? 0;
  }
}

function round(ms: number): number {
  return Math.round(ms);
}
