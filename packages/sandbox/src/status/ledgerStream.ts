// This file writes the ledger as JSON piece by piece: whole, the records of a thousand sessions would be one text of 290 MB, and
// every session would stand still while it is made.
import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { describeConnection } from '../ledger/ledger.ts';
import type { ResponseProducer, ResponseSink, ResponseStream } from '../server/http.ts';
import { TimerSet } from '../server/timerSet.ts';

/** Entries that become text together: about 30 kB, a quarter of a millisecond. */
const ENTRIES_PER_PART = 100;
/** Parts leave together from this length on, in characters: one step is some 90 kB, about a millisecond. */
const MIN_STEP_CHARS = 65_536;
/** No step while so much waits for the reader. */
const MAX_WAITING_BYTES = 1_048_576;
/** How often it is looked whether a slow reader has read, in ms. */
const LOOK_MS = 20;
/** A reader that takes nothing for so long is dropped, in ms. */
const MAX_STALL_MS = 30_000;

/** One step per turn of the event loop, for all readers of a clock together: a hundred of them are served no faster than one. */
class StepQueue {
  readonly #clock: Clock;
  /** In the order in which they take their turns. */
  readonly #steps = new Set<() => void>();
  #timer: unknown;
  #isArmed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(step: () => void): void {
    this.#steps.add(step);
    this.#arm();
  }

  delete(step: () => void): void {
    this.#steps.delete(step);
    if (this.#steps.size > 0 || !this.#isArmed) return;
    this.#clock.clearTimer(this.#timer);
    this.#isArmed = false;
  }

  #arm(): void {
    if (this.#isArmed || this.#steps.size === 0) return;
    this.#isArmed = true;
    this.#timer = this.#clock.setTimer(0, () => this.#run());
  }

  #run(): void {
    const [step] = this.#steps;
    if (step !== undefined) this.#steps.delete(step);
    try {
      step?.();
    } finally {
      this.#isArmed = false;
      this.#arm();
    }
  }
}

const queues = new WeakMap<Clock, StepQueue>();

function queueOf(clock: Clock): StepQueue {
  const queue = queues.get(clock) ?? new StepQueue(clock);
  queues.set(clock, queue);
  return queue;
}

/** The ledger as a body: the connections there are at its start, each as it is when its turn comes. */
export function streamLedger(ledger: Ledger, clock: Clock): ResponseStream {
  return { start: (sink) => new LedgerProducer(ledger, clock, sink) };
}

/** Takes a step whenever it is its turn. */
class LedgerProducer implements ResponseProducer {
  readonly #clock: Clock;
  readonly #timers: TimerSet;
  readonly #queue: StepQueue;
  readonly #takeStep = (): void => this.#step();
  readonly #sink: ResponseSink;
  readonly #parts: Iterator<string>;
  #waitingBytes = 0;
  #readAtMs: number;

  constructor(ledger: Ledger, clock: Clock, sink: ResponseSink) {
    this.#clock = clock;
    this.#timers = new TimerSet(clock);
    this.#queue = queueOf(clock);
    this.#sink = sink;
    this.#parts = partsOf(ledger);
    this.#readAtMs = clock.nowMs();
    this.#queue.add(this.#takeStep);
  }

  onCancelled(): void {
    this.#timers.clearAll();
    this.#queue.delete(this.#takeStep);
  }

  /** A reader for whom enough waits takes no turn. */
  #look(): void {
    const waitingBytes = this.#sink.bufferedAmountBytes;
    if (waitingBytes > MAX_WAITING_BYTES) this.#wait(waitingBytes);
    else this.#queue.add(this.#takeStep);
  }

  #step(): void {
    let text = '';
    while (text.length < MIN_STEP_CHARS) {
      const part = this.#parts.next();
      if (part.done === true) {
        this.#sink.write(text);
        return this.#sink.end();
      }
      text += part.value;
    }
    this.#sink.write(text);
    this.#waitingBytes = this.#sink.bufferedAmountBytes;
    this.#readAtMs = this.#clock.nowMs();
    this.#look();
  }

  #wait(waitingBytes: number): void {
    const nowMs = this.#clock.nowMs();
    if (waitingBytes < this.#waitingBytes) this.#readAtMs = nowMs;
    this.#waitingBytes = waitingBytes;
    if (nowMs - this.#readAtMs >= MAX_STALL_MS) this.#sink.abort();
    else this.#timers.set(LOOK_MS, () => this.#look());
  }
}

/** The same text as `JSON.stringify(ledger)`; nothing is made before it is asked for. */
function* partsOf({ connectionCount, requests, connections }: Ledger): Generator<string, void> {
  yield `{"connectionCount":${connectionCount},"requests":`;
  yield* listParts(requests);
  yield ',"connections":[';
  // Which ones there are may change while the reader reads.
  for (const [i, connection] of [...connections].entries()) {
    const head = JSON.stringify(describeConnection(connection)).slice(0, -1);
    yield `${i === 0 ? '' : ','}${head},"frames":`;
    yield* listParts(connection.frames);
    yield '}';
  }
  yield ']}';
}

function* listParts(entries: readonly unknown[]): Generator<string, void> {
  yield '[';
  for (let at = 0; at < entries.length; at += ENTRIES_PER_PART) {
    const part = JSON.stringify(entries.slice(at, at + ENTRIES_PER_PART));
    yield `${at === 0 ? '' : ','}${part.slice(1, -1)}`;
  }
  yield ']';
}
