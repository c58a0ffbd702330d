// This file sends a body that is written over time down a bad connection: late, in pieces, or not to its end.
import { encodeUtf8 } from '@voicewire/protocol/wire';
import type { ResponseProducer, ResponseSink, ResponseStream } from '../server/http.ts';
import { MAX_UNSENT_BYTES } from '../server/limits.ts';
import { MessagePipe } from '../server/messagePipe.ts';
import { TimerSet } from '../server/timerSet.ts';
import { forkRandom } from '../random.ts';
import { Arrivals } from './arrivals.ts';
import type { ImpairmentPlan } from './plan.ts';
import type { ImpairmentPorts } from './ports.ts';

/** Of what is written at once; a long body is cut into longer ones than asked for. Each is a write of its own. */
const MAX_FRAGMENTS = 2000;

/** The same body over a bad network; without a plan, the body itself. Nothing of it is changed but its pieces. */
export function impairBody(body: ResponseStream, plan: ImpairmentPlan, ports: ImpairmentPorts): ResponseStream {
  if (Object.keys(plan).length === 0) return body;
  return { start: (sink) => new ImpairedBody(body, sink, plan, ports) };
}

class ImpairedBody implements ResponseProducer, ResponseSink {
  readonly #sink: ResponseSink;
  readonly #plan: ImpairmentPlan;
  readonly #pipe: MessagePipe;
  readonly #timers: TimerSet;
  readonly #arrivals: Arrivals | undefined;
  readonly #nowMs: () => number;
  readonly #startedAtMs: number;
  readonly #producer: ResponseProducer;
  #phase: 'open' | 'over' = 'open';
  #writtenCount = 0;

  constructor(body: ResponseStream, sink: ResponseSink, plan: ImpairmentPlan, { clock, random }: ImpairmentPorts) {
    this.#sink = sink;
    this.#plan = plan;
    this.#pipe = new MessagePipe(clock);
    this.#timers = new TimerSet(clock);
    this.#nowMs = () => clock.nowMs();
    this.#startedAtMs = clock.nowMs();
    const isDown = plan.direction !== 'up';
    this.#arrivals = isDown ? new Arrivals(plan, forkRandom(random), forkRandom(random)) : undefined;
    if ((plan.fromMessage ?? 0) === 0) this.#setTimers();
    this.#producer = body.start(this);
  }

  get bufferedAmountBytes(): number {
    return this.#sink.bufferedAmountBytes + this.#pipe.heldBytes;
  }

  write(chunk: string | Uint8Array): void {
    if (this.#phase === 'over') return;
    this.#writtenCount += 1;
    if (this.#writtenCount === this.#plan.fromMessage) this.#setTimers();
    const bytes = typeof chunk === 'string' ? encodeUtf8(chunk) : chunk.slice();
    const leastBytes = Math.max(1, Math.ceil(bytes.length / MAX_FRAGMENTS));
    const pieceBytes = Math.max(leastBytes, this.#plan.fragmentBytes ?? bytes.length);
    this.#pass(bytes.length, () => {
      for (let at = 0; at < bytes.length && this.#phase === 'open'; at += pieceBytes) {
        this.#sink.write(bytes.subarray(at, at + pieceBytes));
      }
    });
    if (this.#pipe.heldMemoryBytes > MAX_UNSENT_BYTES) this.#cutOff(() => this.#sink.abort());
  }

  end(): void {
    this.#pass(0, () => this.#finish(() => this.#sink.end()));
  }

  abort(): void {
    this.#pass(0, () => this.#finish(() => this.#sink.abort()));
  }

  /** The client went away. */
  onCancelled(): void {
    this.#finish(() => this.#producer.onCancelled());
  }

  #pass(sizeBytes: number, deliver: () => void): void {
    if (this.#phase === 'over') return;
    const sinceStartMs = this.#nowMs() - this.#startedAtMs;
    const dueMs = this.#arrivals?.next(sinceStartMs) ?? sinceStartMs;
    if (dueMs <= sinceStartMs && this.#pipe.isEmpty) deliver();
    else this.#pipe.push(deliver, sizeBytes, this.#startedAtMs + dueMs);
  }

  #setTimers(): void {
    const { terminateAtMs, resetAtMs, halfOpenAtMs, closeAtMs } = this.#plan;
    for (const atMs of [terminateAtMs, resetAtMs]) {
      if (atMs !== undefined) this.#timers.set(atMs, () => this.#cutOff(() => this.#sink.abort()));
    }
    if (closeAtMs !== undefined) this.#timers.set(closeAtMs, () => this.#cutOff(() => this.#sink.end()));
    // Nothing more comes; the client has to give up by itself.
    if (halfOpenAtMs !== undefined) this.#timers.set(halfOpenAtMs, () => this.#pipe.hold());
  }

  /** For the producer, the client is gone; `act` is what the client sees. */
  #cutOff(act: () => void): void {
    this.#finish(() => {
      act();
      this.#producer.onCancelled();
    });
  }

  #finish(act: () => void): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#timers.clearAll();
    this.#pipe.clear();
    act();
  }
}
