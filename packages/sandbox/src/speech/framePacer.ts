// This file sends speech at the pace of real time: one frame every 20 ms on an absolute schedule, so that late timers
// neither add up nor lose anything.
import type { FrameTicker, TickedStream } from './frameTicker.ts';

/** What the pacer reads from and writes to. */
export interface FramePacerPorts {
  /** Fills the frame; returns 0 when there is nothing to send now. */
  read(frame: Int16Array): number;
  /** Sends the frame, which is valid during the call only. */
  send(frame: Int16Array): void;
  /** Nothing is left to send. Reported once per stretch, one frame length after its last frame. */
  onDrained(): void;
}

/** Sends frames while there is something to send, and sleeps otherwise. */
export class FramePacer implements TickedStream {
  earlier: TickedStream | undefined;
  later: TickedStream | undefined;
  readonly #ticker: FrameTicker;
  readonly #ports: FramePacerPorts;
  /** Shared with all streams of its length: filled and sent within one step. */
  readonly #frame: Int16Array;
  readonly #frameMs: number;
  #dueMs: number | undefined;

  /**
   * @param frameSamples Samples per frame.
   * @param frameMs Time between frames; shorter than the audio they hold means faster than real time.
   */
  constructor(ticker: FrameTicker, ports: FramePacerPorts, frameSamples: number, frameMs: number) {
    this.#ticker = ticker;
    this.#ports = ports;
    this.#frame = ticker.frameOf(frameSamples);
    this.#frameMs = frameMs;
  }

  get dueMs(): number | undefined {
    return this.#dueMs;
  }

  /** True from the first frame of a stretch until the last one has had its time. */
  get isRunning(): boolean {
    return this.#dueMs !== undefined;
  }

  /** Begins a stretch, its first frame at once; does nothing while one is running. */
  start(): void {
    if (this.#dueMs !== undefined) return;
    this.#dueMs = this.#ticker.clock.nowMs();
    this.#ticker.start(this);
  }

  /** Ends the stretch without a report. */
  stop(): void {
    this.#dueMs = undefined;
    this.#ticker.stop(this);
  }

  /** For the ticker. A late one makes it again at once: the schedule is counted from the first frame, not from the last one. */
  step(): void {
    const dueMs = this.#dueMs;
    if (dueMs === undefined) return;
    const sampleCount = this.#ports.read(this.#frame);
    // Who reads may learn that a line begins, interrupt it, and so stop the pacer.
    if (this.#dueMs !== dueMs) return;
    if (sampleCount === 0) {
      this.#dueMs = undefined;
      this.#ports.onDrained();
      return;
    }
    this.#dueMs = dueMs + this.#frameMs;
    this.#ports.send(this.#frame);
  }
}
