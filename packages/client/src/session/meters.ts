// This file tells listeners of levels and figures at a steady rate, driven by the frames that are captured: no timer runs.
import type { SessionEmitter } from './events.ts';
import type { SessionStats } from './stats.ts';

/** `levelChanged` at most so often: every 100 ms. */
const LEVEL_FRAMES = 5;
/** `statsUpdated` so often: every second. */
const STATS_FRAMES = 50;
/** A change that meters can show. */
const LEVEL_STEP = 0.01;

/** What is told. */
export interface Measured {
  /** 0 to 1. */
  inputLevel(): number;
  outputLevel(): number;
  stats(): SessionStats;
}

/** Costs next to nothing while nobody listens. */
export class Meters {
  private frameCount = 0;
  private inputLevel = 0;
  private outputLevel = 0;

  constructor(
    private readonly emitter: SessionEmitter,
    private readonly measured: Measured,
  ) {}

  onFrame(): void {
    this.frameCount += 1;
    if (this.frameCount % LEVEL_FRAMES === 0 && this.emitter.has('levelChanged')) this.tellLevels();
    if (this.frameCount % STATS_FRAMES === 0 && this.emitter.has('statsUpdated')) {
      this.emitter.emit('statsUpdated', this.measured.stats());
    }
  }

  private tellLevels(): void {
    const inputLevel = this.measured.inputLevel();
    const outputLevel = this.measured.outputLevel();
    const change = Math.max(Math.abs(inputLevel - this.inputLevel), Math.abs(outputLevel - this.outputLevel));
    if (change < LEVEL_STEP) return;
    this.inputLevel = inputLevel;
    this.outputLevel = outputLevel;
    this.emitter.emit('levelChanged', { inputLevel, outputLevel });
  }
}
