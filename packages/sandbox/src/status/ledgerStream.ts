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

/** The ledger as a body: the connections there are at its start, each as it is when its turn comes. */
export function streamLedger(ledger: Ledger, clock: Clock): ResponseStream {
  return { start: (sink) => new LedgerProducer(ledger, clock, sink) };
}

/** Takes one step per turn of the event loop. */
class LedgerProducer implements ResponseProducer {
  readonly #clock: Clock;
  readonly #timers: TimerSet;
  readonly #sink: ResponseSink;
  readonly #parts: Iterator<string>;
  #waitingBytes = 0;
  #readAtMs: number;

  constructor(ledger: Ledger, clock: Clock, sink: ResponseSink) {
    this.#clock = clock;
    this.#timers = new TimerSet(clock);
    this.#sink = sink;
    this.#parts = partsOf(ledger);
    this.#readAtMs = clock.nowMs();
    this.#timers.set(0, () => this.#step());
  }

  onCancelled(): void {
    this.#timers.clearAll();
  }

  #step(): void {
    const waitingBytes = this.#sink.bufferedAmountBytes;
    if (waitingBytes > MAX_WAITING_BYTES) return this.#wait(waitingBytes);
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
    this.#timers.set(0, () => this.#step());
  }

  #wait(waitingBytes: number): void {
    const nowMs = this.#clock.nowMs();
    if (waitingBytes < this.#waitingBytes) this.#readAtMs = nowMs;
    this.#waitingBytes = waitingBytes;
    if (nowMs - this.#readAtMs >= MAX_STALL_MS) this.#sink.abort();
    else this.#timers.set(LOOK_MS, () => this.#step());
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
