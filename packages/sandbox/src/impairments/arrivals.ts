// This file says when a message arrives on a bad connection: delay, jitter, losses, stalls and bundles, in this order.
import type { Random } from '../random.ts';
import type { ImpairmentPlan } from './plan.ts';
import { TraceDelay } from './trace.ts';
import { DEFAULT_STALL_MS } from './plan.ts';

const DEFAULT_RECOVERY_MS = 200;
const DEFAULT_BURST_LEAVE_RATIO = 0.25;
const DEFAULT_BURST_LOSS_RATIO = 0.6;

/** One direction of one connection. Draws are made per message, so that one seed gives one sequence of delays. */
export class Arrivals {
  readonly #plan: ImpairmentPlan;
  /** Apart, so that a burst has the same length whatever the losses in it. */
  readonly #burstRandom: Random;
  readonly #random: Random;
  readonly #trace: TraceDelay | undefined;
  #isInBurst = false;
  #lastMs = 0;

  constructor(plan: ImpairmentPlan, random: Random, burstRandom: Random) {
    this.#plan = plan;
    this.#random = random;
    this.#burstRandom = burstRandom;
    this.#trace = plan.trace === undefined ? undefined : new TraceDelay(plan.trace);
  }

  /**
   * The next message.
   *
   * @param sentMs Since the socket was opened.
   * @returns The same clock's reading when it arrives: never before `sentMs`, nor before the message that went ahead.
   */
  next(sentMs: number): number {
    const transitMs = this.#trace === undefined ? this.#drawTransitMs() : this.#trace.delayMs(sentMs);
    this.#lastMs = Math.max(this.#lastMs, this.#bundled(this.#afterStall(sentMs + transitMs)));
    return this.#lastMs;
  }

  #drawTransitMs(): number {
    const { delayMs = 0, jitterMs = 0, recoveryMs = DEFAULT_RECOVERY_MS } = this.#plan;
    const jitter = jitterMs === 0 ? 0 : -jitterMs * Math.log(1 - this.#random());
    return delayMs + jitter + (this.#isLost() ? recoveryMs : 0);
  }

  #isLost(): boolean {
    const { lossRatio = 0, burstEnterRatio = 0 } = this.#plan;
    if (burstEnterRatio > 0) this.#stepBurst(burstEnterRatio);
    const ratio = this.#isInBurst ? (this.#plan.burstLossRatio ?? DEFAULT_BURST_LOSS_RATIO) : lossRatio;
    return ratio > 0 && this.#random() < ratio;
  }

  #stepBurst(enterRatio: number): void {
    const leaveRatio = this.#plan.burstLeaveRatio ?? DEFAULT_BURST_LEAVE_RATIO;
    const isTurning = this.#burstRandom() < (this.#isInBurst ? leaveRatio : enterRatio);
    if (isTurning) this.#isInBurst = !this.#isInBurst;
  }

  /** Stalls end at multiples of `stallEveryMs`. */
  #afterStall(arriveMs: number): number {
    const { stallEveryMs, stallMs = DEFAULT_STALL_MS } = this.#plan;
    if (stallEveryMs === undefined) return arriveMs;
    const endMs = Math.ceil(arriveMs / stallEveryMs) * stallEveryMs;
    return arriveMs >= endMs - stallMs ? endMs : arriveMs;
  }

  #bundled(arriveMs: number): number {
    const { bundleEveryMs } = this.#plan;
    return bundleEveryMs === undefined ? arriveMs : Math.ceil(arriveMs / bundleEveryMs) * bundleEveryMs;
  }
}
