// This file smooths a level for the eye: quick up, slow down, the same at any frame rate. Pure; time is an argument.

/** Time constants, in ms: within them a step is covered to 63 %. */
export interface Ballistics {
  readonly attackMs: number;
  readonly releaseMs: number;
}

/** A microphone level comes every 20 ms. Release as slow as is pleasant to watch. */
export const MICROPHONE_BALLISTICS: Ballistics = { attackMs: 25, releaseMs: 220 };
/** The player reports ten times a second; a slower attack bridges its steps. */
export const AGENT_BALLISTICS: Ballistics = { attackMs: 60, releaseMs: 280 };

/** Below this a meter looks empty and counts as at rest; the scale is 0 to 1 over 60 dB, so this is 0.3 dB. */
const REST_LEVEL = 0.005;

export class LevelFollower {
  private level = 0;
  private lastMs: number | null = null;

  constructor(private readonly ballistics: Ballistics) {}

  /** @param target Level from 0 to 1. @returns What to show now, on the same scale. */
  follow(target: number, nowMs: number): number {
    const elapsedMs = this.lastMs === null ? 0 : Math.max(0, nowMs - this.lastMs);
    this.lastMs = nowMs;
    const { attackMs, releaseMs } = this.ballistics;
    const timeConstantMs = target > this.level ? attackMs : releaseMs;
    this.level += (target - this.level) * (1 - Math.exp(-elapsedMs / timeConstantMs));
    if (target === 0 && this.level < REST_LEVEL) this.level = 0;
    return this.level;
  }

  /** Shows the target at once: for people who asked for less motion. */
  jump(target: number, nowMs: number): number {
    this.level = target;
    this.lastMs = nowMs;
    return target;
  }

  reset(): void {
    this.level = 0;
    this.lastMs = null;
  }
}
