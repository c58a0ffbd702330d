// This file sends speech at the pace of real time: one frame every 20 ms on an absolute schedule, so that late timers
// neither add up nor lose anything.
import type { Clock } from '../clock.ts';

/** What the pacer reads from and writes to. */
export interface FramePacerPorts {
  readonly clock: Clock;
  /** Fills the frame; returns 0 when there is nothing to send now. */
  read(frame: Int16Array): number;
  /** Sends the frame, which is valid during the call only. */
  send(frame: Int16Array): void;
  /** Nothing is left to send. Reported once per stretch, one frame length after its last frame. */
  onDrained(): void;
}

/** Sends frames while there is something to send, and sleeps otherwise. */
export class FramePacer {
  readonly #ports: FramePacerPorts;
  readonly #frame: Int16Array;
  readonly #frameMs: number;
  /** Made once, not 50 times a second. */
  readonly #runAgain = (): void => this.#run();
  #timer: unknown;
  /** When the next frame is due; nothing while the pacer sleeps. */
  #nextDueMs: number | undefined;
  /** True within a step: ports that start or stop the pacer while they are called take effect there. */
  #isStepping = false;

  /**
   * @param frameSamples Samples per frame.
   * @param frameMs Time between frames; shorter than the audio they hold means faster than real time.
   */
  constructor(ports: FramePacerPorts, frameSamples: number, frameMs: number) {
    this.#ports = ports;
    this.#frame = new Int16Array(frameSamples);
    this.#frameMs = frameMs;
  }

  /** True from the first frame of a stretch until the last one has had its time. */
  get isRunning(): boolean {
    return this.#nextDueMs !== undefined;
  }

  /** Begins a stretch, its first frame at once; does nothing while one is running. */
  start(): void {
    if (this.#nextDueMs !== undefined) return;
    this.#nextDueMs = this.#ports.clock.nowMs();
    if (!this.#isStepping) this.#run();
  }

  /** Ends the stretch without a report. */
  stop(): void {
    if (this.#timer !== undefined) this.#ports.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#nextDueMs = undefined;
  }

  #run(): void {
    this.#timer = undefined;
    this.#isStepping = true;
    // A late timer sends the whole backlog: the schedule is counted from the first frame, not from the last one.
    while (this.#nextDueMs !== undefined && this.#nextDueMs <= this.#ports.clock.nowMs()) this.#step(this.#nextDueMs);
    this.#isStepping = false;
    if (this.#nextDueMs === undefined) return;
    const waitMs = Math.max(0, this.#nextDueMs - this.#ports.clock.nowMs());
    this.#timer = this.#ports.clock.setTimer(waitMs, this.#runAgain);
  }

  #step(dueMs: number): void {
    const sampleCount = this.#ports.read(this.#frame);
    // Who reads may learn that a line begins, interrupt it, and so stop the pacer.
    if (this.#nextDueMs !== dueMs) return;
    if (sampleCount === 0) {
      this.#nextDueMs = undefined;
      this.#ports.onDrained();
      return;
    }
    this.#nextDueMs = dueMs + this.#frameMs;
    this.#ports.send(this.#frame);
  }
}
