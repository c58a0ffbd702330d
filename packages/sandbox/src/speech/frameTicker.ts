// This file wakes all streams of speech of one sandbox by one timer, each when its next frame is due. A timer per stream
// would cost a thousand sessions twice as much.
import type { Clock } from '../clock.ts';

/** One stream, as its ticker sees it. Only the ticker writes the links to its neighbours. */
export interface TickedStream {
  /** When its next frame is due, in ms; nothing while it sleeps. It does not change while the stream waits. */
  readonly dueMs: number | undefined;
  /** Makes the frame that is due, and settles when the next one is. */
  step(): void;
  earlier: TickedStream | undefined;
  later: TickedStream | undefined;
}

/** Streams in the order in which they are due; those of one time in the order in which they came. */
export class FrameTicker {
  readonly clock: Clock;
  /** Blocks that all streams with frames of one length fill in turn. */
  readonly #frames = new Map<number, Int16Array>();
  readonly #runAgain = (): void => this.#wake();
  #first: TickedStream | undefined;
  #last: TickedStream | undefined;
  #timer: unknown;
  #timerDueMs = Infinity;
  /** True while a stream makes a frame: streams that start meanwhile wait for it to be done. */
  #isStepping = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The block for frames of this length, in samples. Valid during a step: the next one may be another stream's. */
  frameOf(samples: number): Int16Array {
    const frame = this.#frames.get(samples) ?? new Int16Array(samples);
    this.#frames.set(samples, frame);
    return frame;
  }

  /** Takes in a stream that is due. What is due already is made before the call returns, unless another stream is at it. */
  start(stream: TickedStream): void {
    this.#insert(stream);
    if (this.#isStepping) return;
    const nowMs = this.clock.nowMs();
    // Only this one: the others have their timer.
    this.#catchUp(stream, nowMs);
    this.#arm();
  }

  /** Forgets a stream; one that does not wait is no matter. */
  stop(stream: TickedStream): void {
    this.#remove(stream);
    if (this.#first === undefined && !this.#isStepping) this.#disarm();
  }

  #wake(): void {
    this.#timerDueMs = Infinity;
    // Read once: a process that cannot keep up still gets to read what its clients send.
    const nowMs = this.clock.nowMs();
    let stream = this.#first;
    while (stream?.dueMs !== undefined && stream.dueMs <= nowMs) {
      this.#catchUp(stream, nowMs);
      stream = this.#first;
    }
    this.#arm();
  }

  /** Makes all frames of one stream that are due: one after the other, they find what they need in the processor's cache. */
  #catchUp(stream: TickedStream, nowMs: number): void {
    this.#remove(stream);
    this.#isStepping = true;
    try {
      while (stream.dueMs !== undefined && stream.dueMs <= nowMs) stream.step();
    } finally {
      this.#isStepping = false;
      // It may have stopped and started within its step.
      this.#remove(stream);
      if (stream.dueMs !== undefined) this.#insert(stream);
    }
  }

  /** Nearly always at the end: most streams have frames of 20 ms, and this one has just had its turn. */
  #insert(stream: TickedStream): void {
    const dueMs = stream.dueMs ?? 0;
    let earlier = this.#last;
    while (earlier !== undefined && (earlier.dueMs ?? 0) > dueMs) earlier = earlier.earlier;
    const later = earlier === undefined ? this.#first : earlier.later;
    stream.earlier = earlier;
    stream.later = later;
    if (earlier === undefined) this.#first = stream;
    else earlier.later = stream;
    if (later === undefined) this.#last = stream;
    else later.earlier = stream;
  }

  #remove(stream: TickedStream): void {
    const { earlier, later } = stream;
    if (earlier === undefined && this.#first !== stream) return;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    stream.earlier = undefined;
    stream.later = undefined;
  }

  #arm(): void {
    const dueMs = this.#first?.dueMs;
    if (dueMs === undefined) return this.#disarm();
    if (dueMs >= this.#timerDueMs) return;
    this.#disarm();
    this.#timerDueMs = dueMs;
    this.#timer = this.clock.setTimer(Math.max(0, dueMs - this.clock.nowMs()), this.#runAgain);
  }

  #disarm(): void {
    if (this.#timerDueMs === Infinity) return;
    this.clock.clearTimer(this.#timer);
    this.#timerDueMs = Infinity;
  }
}
