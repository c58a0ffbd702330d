// This file puts a bad connection between a vendor's session and the socket that carries it. Neither knows of it.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { forkRandom } from '../random.ts';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import { MAX_UNSENT_BYTES } from '../server/limits.ts';
import { MessagePipe } from '../server/messagePipe.ts';
import { TimerSet } from '../server/timerSet.ts';
import { Arrivals } from './arrivals.ts';
import { MALFORMED_MESSAGES } from './malformed.ts';
import type { ImpairmentPlan } from './plan.ts';
import type { ImpairmentPorts } from './ports.ts';

/** Between the end of reading and the end of writing of a half-open connection, in ms. */
const HALF_OPEN_LAG_MS = 1000;
/** A connection that is not read is given up after so long, in ms: it costs a socket. */
const MAX_UNREAD_MS = 300_000;
/** Memory that messages under way to the server take at which it reads no more until half has arrived, in bytes. */
const MAX_UPLINK_BYTES = 1_048_576;
/** Close code when the plan names none: the server failed. */
const DEFAULT_CLOSE_CODE = 1011;
const LOST: SocketClose = { code: 1006, reason: '', wasClean: false };

/**
 *   phase    input                              next     effect
 *   open     message, either way                open     passed on when it arrives
 *   open     session closes or drops            closing  passed on, behind the messages
 *   open     time of a break                    broken   the session sees 1006, the client what the plan says
 *   open     half-open and a second             mute     nothing passes, either way
 *   mute     session closes or drops            broken   the session sees 1006, the client nothing
 *   open, …  carrier closes                     gone     nothing more goes down; what is on its way up arrives
 *   gone     all has arrived                    closed   the session hears of the close
 */
export class ImpairedSocket implements ServerSocket, ServerSocketEvents {
  readonly #carrier: ServerSocket;
  readonly #plan: ImpairmentPlan;
  readonly #clock: Clock;
  readonly #timers: TimerSet;
  /** Outlives the session: gives up what nobody reads. */
  readonly #lastTimers: TimerSet;
  readonly #openedAtMs: number;
  readonly #up: MessagePipe;
  readonly #down: MessagePipe;
  readonly #upArrivals: Arrivals | undefined;
  readonly #downArrivals: Arrivals | undefined;
  readonly #random: Random;
  readonly #session: ServerSocketEvents;
  readonly #reportDeafness: (detail: string) => void;
  #phase: 'open' | 'closing' | 'mute' | 'broken' | 'gone' | 'closed' = 'open';
  #isBackedUp = false;
  #sentCount = 0;

  /** @param start Starts the session, on this socket. */
  constructor(
    carrier: ServerSocket,
    plan: ImpairmentPlan,
    { clock, random, reportDeafness }: ImpairmentPorts,
    start: (socket: ServerSocket) => ServerSocketEvents,
  ) {
    const { direction = 'both' } = plan;
    this.#carrier = carrier;
    this.#plan = plan;
    this.#clock = clock;
    this.#reportDeafness = reportDeafness;
    this.#timers = new TimerSet(clock);
    this.#lastTimers = new TimerSet(clock);
    this.#openedAtMs = clock.nowMs();
    this.#up = new MessagePipe(clock);
    this.#down = new MessagePipe(clock);
    const [upRandom, upBursts, downRandom, downBursts] = [0, 0, 0, 0].map(() => forkRandom(random));
    const create = (draws = random, bursts = random): Arrivals => new Arrivals(plan, draws, bursts);
    this.#upArrivals = direction === 'down' ? undefined : create(upRandom, upBursts);
    this.#downArrivals = direction === 'up' ? undefined : create(downRandom, downBursts);
    this.#random = random;
    if ((plan.fromMessage ?? 0) === 0) this.#setTimers();
    this.#session = start(this);
    if (plan.pingEveryMs !== undefined) this.#ping(plan.pingEveryMs);
  }

  // ── what the session does ────────────────────────────────────────────────────────────────────────────────────────

  get bufferedAmountBytes(): number {
    return this.#carrier.bufferedAmountBytes + this.#down.heldBytes;
  }

  send(data: string | Uint8Array): void {
    if (this.#phase !== 'open') return;
    this.#sentCount += 1;
    if (this.#sentCount === this.#plan.fromMessage) this.#setTimers();
    const { malformedRatio = 0, duplicateRatio = 0 } = this.#plan;
    if (malformedRatio > 0 && this.#random() < malformedRatio) this.#sendDown(this.#pickMalformed());
    this.#sendDown(data);
    if (duplicateRatio > 0 && this.#random() < duplicateRatio) this.#sendDown(data);
  }

  close(code: number, reason: string): void {
    if (this.#phase === 'mute') return this.#loseQuietly();
    if (this.#phase !== 'open') return;
    this.#phase = 'closing';
    // Who closes waits for the answer.
    this.#up.release();
    this.#read();
    this.#passDown(0, () => this.#carrier.close(code, reason));
  }

  terminate(): void {
    if (this.#phase === 'mute') return this.#loseQuietly();
    if (this.#phase !== 'open' && this.#phase !== 'closing') return;
    this.#phase = 'closing';
    this.#down.clear();
    this.#dropCarrier();
  }

  // ── what the carrier does ────────────────────────────────────────────────────────────────────────────────────────

  onMessage(data: string | Uint8Array): void {
    if (this.#phase !== 'open' && this.#phase !== 'closing') return;
    if (this.#upArrivals === undefined && this.#up.isEmpty && !this.#up.isHeld) {
      this.#session.onMessage(data);
      return;
    }
    const copy = copyOf(data);
    this.#passUp(data.length, () => this.#session.onMessage(copy));
    this.#backUp();
  }

  onClose(close: SocketClose): void {
    this.#lastTimers.clearAll();
    if (this.#phase === 'closed') return;
    if (this.#phase === 'broken' || this.#phase === 'mute') return this.#finish(LOST);
    // What was sent before the close is still on its way; nothing may hold it up any more.
    this.#phase = 'gone';
    this.#timers.clearAll();
    this.#up.release();
    this.#pass(this.#up, this.#upArrivals, 0, () => this.#finish(close));
  }

  // ── passing on ───────────────────────────────────────────────────────────────────────────────────────────────────

  #sendDown(data: string | Uint8Array): void {
    const { fragmentBytes } = this.#plan;
    const isAtOnce = this.#downArrivals === undefined && this.#down.isEmpty;
    const kept = isAtOnce ? data : copyOf(data);
    this.#passDown(data.length, () => {
      if (fragmentBytes === undefined || this.#carrier.sendFragmented === undefined) this.#carrier.send(kept);
      else this.#carrier.sendFragmented(kept, fragmentBytes);
    });
    // The vendor should have given up long before.
    if (this.#down.heldMemoryBytes > 4 * MAX_UNSENT_BYTES) this.#break(() => this.#dropCarrier());
  }

  #passDown(sizeBytes: number, deliver: () => void): void {
    const deliverUnlessMute = (): void => {
      if (this.#phase === 'open' || this.#phase === 'closing') deliver();
    };
    this.#pass(this.#down, this.#downArrivals, sizeBytes, deliverUnlessMute);
  }

  #passUp(sizeBytes: number, deliver: () => void): void {
    this.#pass(this.#up, this.#upArrivals, sizeBytes, () => {
      if (this.#phase === 'open' || this.#phase === 'closing' || this.#phase === 'gone') deliver();
      if (this.#isBackedUp && this.#up.heldMemoryBytes < MAX_UPLINK_BYTES / 2) this.#read();
    });
  }

  #pass(pipe: MessagePipe, arrivals: Arrivals | undefined, sizeBytes: number, deliver: () => void): void {
    const nowMs = this.#clock.nowMs();
    const dueMs = arrivals === undefined ? nowMs : this.#openedAtMs + arrivals.next(nowMs - this.#openedAtMs);
    if (dueMs <= nowMs && pipe.isEmpty && !pipe.isHeld) deliver();
    else pipe.push(deliver, sizeBytes, dueMs);
  }

  #backUp(): void {
    if (this.#isBackedUp || this.#up.heldMemoryBytes < MAX_UPLINK_BYTES) return;
    this.#isBackedUp = true;
    this.#carrier.pause?.();
  }

  #read(): void {
    this.#isBackedUp = false;
    if (!this.#up.isHeld) this.#carrier.resume?.();
  }

  // ── what the plan does ───────────────────────────────────────────────────────────────────────────────────────────

  #setTimers(): void {
    const { stopReadingAtMs, halfOpenAtMs, terminateAtMs, resetAtMs, closeAtMs } = this.#plan;
    const { closeCode = DEFAULT_CLOSE_CODE, closeReason = '' } = this.#plan;
    if (stopReadingAtMs !== undefined) this.#timers.set(stopReadingAtMs, () => this.#stopReading());
    if (halfOpenAtMs !== undefined) this.#timers.set(halfOpenAtMs, () => this.#beginHalfOpen());
    if (terminateAtMs !== undefined) {
      this.#timers.set(terminateAtMs, () => this.#break(() => this.#dropCarrier()));
    }
    if (resetAtMs !== undefined) {
      this.#timers.set(resetAtMs, () => this.#break(() => this.#resetCarrier()));
    }
    if (closeAtMs !== undefined) {
      this.#timers.set(closeAtMs, () => this.#break(() => this.#carrier.close(closeCode, closeReason)));
    }
  }

  #ping(everyMs: number): void {
    let isAnswered = false;
    this.#carrier.ping?.(() => (isAnswered = true));
    this.#timers.set(everyMs, () => {
      if (this.#phase !== 'open' || this.#carrier.ping === undefined) return;
      if (isAnswered) this.#ping(everyMs);
      // Said once: who is deaf to pings stays so.
      else if (!this.#up.isHeld) this.#reportDeafness(`no pong within ${everyMs} ms`);
    });
  }

  #stopReading(): void {
    this.#up.hold();
    this.#carrier.pause?.();
    const { stopReadingForMs } = this.#plan;
    if (stopReadingForMs === undefined) {
      this.#lastTimers.set(MAX_UNREAD_MS, () => this.#dropCarrier());
      return;
    }
    this.#timers.set(stopReadingForMs, () => {
      this.#up.release();
      this.#carrier.resume?.();
    });
  }

  #beginHalfOpen(): void {
    this.#up.hold();
    this.#carrier.pause?.();
    this.#lastTimers.set(MAX_UNREAD_MS, () => this.#dropCarrier());
    this.#timers.set(HALF_OPEN_LAG_MS, () => {
      if (this.#phase === 'open') this.#phase = 'mute';
    });
  }

  /** The session's end of a connection that goes nowhere: it times out there, and the client hears nothing of it. */
  #loseQuietly(): void {
    this.#phase = 'broken';
    this.#timers.clearAll();
    this.#timers.set(0, () => this.#finish(LOST));
  }

  /** The connection breaks for the session; `act` is what the client sees. */
  #break(act: () => void): void {
    if (this.#phase !== 'open' && this.#phase !== 'closing') return;
    this.#phase = 'broken';
    act();
    this.#finish(LOST);
  }

  #dropCarrier(): void {
    // A carrier that does not read would not notice its end.
    this.#carrier.resume?.();
    this.#carrier.terminate();
  }

  #resetCarrier(): void {
    if (this.#carrier.reset === undefined) this.#dropCarrier();
    else this.#carrier.reset();
  }

  #finish(close: SocketClose): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#timers.clearAll();
    this.#up.clear();
    this.#down.clear();
    this.#session.onClose(close);
  }

  #pickMalformed(): string | Uint8Array {
    return MALFORMED_MESSAGES[Math.floor(this.#random() * MALFORMED_MESSAGES.length)] ?? '';
  }
}

function copyOf(data: string | Uint8Array): string | Uint8Array {
  return typeof data === 'string' ? data : data.slice();
}
