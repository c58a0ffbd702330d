import type { SeededRandom } from '@voicewire/testkit';
import { FakeClock, createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { ImpairmentPlan, ServerSocket, ServerSocketEvents, SocketClose } from '../src/core.ts';
import { createRandom } from '../src/core.ts';
import { ImpairedSocket } from '../src/impairments/impairedSocket.ts';
import { checkImpairment } from '../src/impairments/readPlan.ts';

const SEED = Number(process.env['VOICEWIRE_FUZZ_SEED'] ?? 20_261_123);
const RUNS = Number(process.env['VOICEWIRE_FUZZ_RUNS'] ?? 2000);

/** Any fields together, each with a value that is allowed. */
function drawPlan(random: SeededRandom): ImpairmentPlan {
  const maybe = (name: string, draw: () => unknown): Record<string, unknown> =>
    random.next() < 0.3 ? { [name]: draw() } : {};
  const ms = (max: number) => (): number => Math.floor(random.next() * max);
  const ratio = (): number => random.next();
  return checkImpairment({
    ...maybe('direction', () => random.pick(['both', 'up', 'down'])),
    ...maybe('delayMs', ms(500)),
    ...maybe('jitterMs', ms(200)),
    ...maybe('lossRatio', ratio),
    ...maybe('burstEnterRatio', ratio),
    ...maybe('recoveryMs', ms(1000)),
    ...maybe('trace', () => ({
      sendArriveMs: [
        [0, ms(300)()],
        [400, 400 + ms(300)()],
      ],
    })),
    ...maybe('stallEveryMs', () => 600 + ms(2000)()),
    ...maybe('bundleEveryMs', () => 1 + ms(400)()),
    ...maybe('duplicateRatio', ratio),
    ...maybe('malformedRatio', ratio),
    ...maybe('fragmentBytes', () => 1 + ms(50)()),
    ...maybe('pingEveryMs', () => 10 + ms(400)()),
    ...maybe('fromMessage', ms(20)),
    ...maybe('stopReadingAtMs', ms(3000)),
    ...maybe('stopReadingForMs', ms(3000)),
    ...maybe('halfOpenAtMs', ms(3000)),
    ...maybe('terminateAtMs', () => 500 + ms(3000)()),
    ...maybe('resetAtMs', () => 500 + ms(3000)()),
    ...maybe('closeAtMs', () => 500 + ms(3000)()),
  });
}

/** A carrier that does what a network does: closes once, and reports nothing afterwards. */
class Carrier implements ServerSocket {
  readonly arrived: (string | Uint8Array)[] = [];
  events: ServerSocketEvents | undefined;
  isOpen = true;
  isPaused = false;
  bufferedAmountBytes = 0;
  readonly #clock: FakeClock;
  readonly #backlog: (string | Uint8Array)[] = [];

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  send(data: string | Uint8Array): void {
    if (this.isOpen) this.arrived.push(data);
  }

  sendFragmented(data: string | Uint8Array): void {
    this.send(data);
  }

  close(code: number, reason: string): void {
    this.#end({ code, reason, wasClean: true });
  }

  terminate(): void {
    this.#end({ code: 1006, reason: '', wasClean: false });
  }

  reset(): void {
    this.terminate();
  }

  ping(onPong: () => void): void {
    // Sometimes a client is deaf.
    if (this.arrived.length % 7 !== 0) this.#clock.setTimer(5, onPong);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    while (!this.isPaused && this.isOpen && this.#backlog.length > 0)
      this.events?.onMessage(this.#backlog.shift() ?? '');
  }

  /** The client sends. */
  receive(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    if (this.isPaused) this.#backlog.push(data);
    else this.events?.onMessage(data);
  }

  /** The client closes or is gone. */
  leave(close: SocketClose): void {
    this.#end(close);
  }

  #end(close: SocketClose): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#clock.setTimer(1, () => this.events?.onClose(close));
  }
}

interface Outcome {
  readonly received: readonly string[];
  readonly closes: readonly SocketClose[];
  readonly arrived: readonly string[];
  readonly lateCount: number;
  readonly timers: number;
  readonly plan: ImpairmentPlan;
  readonly ending: string;
  readonly sentUp: number;
}

function portsFor(clock: FakeClock, seed: number): ConstructorParameters<typeof ImpairedSocket>[2] {
  return { clock, random: createRandom(seed), isServing: () => true, reportDeafness: () => undefined };
}

/** Random calls from both ends for 6 s, then both leave. */
function run(seed: number): Outcome {
  const random = createSeededRandom(seed);
  const plan = drawPlan(random);
  const clock = new FakeClock(0);
  const carrier = new Carrier(clock);
  const received: string[] = [];
  const closes: SocketClose[] = [];
  let lateCount = 0;
  const socket = new ImpairedSocket(carrier, plan, portsFor(clock, seed), () => ({
    onMessage: (data) => {
      if (closes.length > 0) lateCount += 1;
      received.push(String(data));
    },
    onClose: (close) => void closes.push(close),
  }));
  carrier.events = socket;
  let [sentUp, sentDown] = [0, 0];
  const endsAtMs = 6000 * random.next();
  const ending = random.pick(['client closes', 'client is gone', 'session closes', 'session drops', 'nobody']);
  while (clock.nowMs() < 6000) {
    if (random.next() < 0.5) carrier.receive(`up ${sentUp++}`);
    else socket.send(`down ${sentDown++}`);
    clock.advanceMs(Math.floor(random.next() * 60));
    if (clock.nowMs() < endsAtMs) continue;
    if (ending === 'client closes') carrier.leave({ code: 1000, reason: '', wasClean: true });
    if (ending === 'client is gone') carrier.leave({ code: 1006, reason: '', wasClean: false });
    if (ending === 'session closes') socket.close(1000, '');
    if (ending === 'session drops') socket.terminate();
  }
  carrier.leave({ code: 1006, reason: '', wasClean: false });
  clock.advanceMs(400_000);
  const arrived = carrier.arrived.map(String);
  return { plan, received, closes, arrived, lateCount, timers: clock.pendingTimerCount, ending, sentUp };
}

/** The numbers behind a word, in the order in which they came. */
function numbersOf(word: string, texts: readonly string[]): number[] {
  return texts.filter((text) => text.startsWith(`${word} `)).map((text) => Number(text.split(' ')[1]));
}

const isAscending = (numbers: readonly number[]): boolean => numbers.every((n, i) => n >= (numbers[i - 1] ?? n));

describe('any plan, any client, any session', () => {
  test(`${RUNS} runs: one close for the session, nothing after it, order kept, no gaps before it, no timer left (seed ${SEED})`, () => {
    for (let i = 0; i < RUNS; i++) {
      const seed = SEED + i;
      const { plan, received, closes, arrived, lateCount, timers } = run(seed);
      const seen = `seed ${seed}, ${JSON.stringify(plan)}`;
      expect([closes.length, lateCount, timers], seen).toEqual([1, 0, 0]);
      const up = numbersOf('up', received);
      expect(up, seen).toEqual(up.map((_, n) => n));
      const down = numbersOf('down', arrived);
      expect(isAscending(down), seen).toBe(true);
      const wanted = [...new Set(down)];
      expect(wanted, seen).toEqual(wanted.map((_, n) => n));
    }
  });

  test('the same seed gives the same run', () => {
    for (let seed = SEED; seed < SEED + 50; seed++) expect(run(seed)).toEqual(run(seed));
  });

  test('without a break, all that a client sent before it left arrives', () => {
    let count = 0;
    for (let seed = SEED; seed < SEED + 2000; seed++) {
      const { plan, received, sentUp, ending } = run(seed);
      const { halfOpenAtMs, terminateAtMs, resetAtMs, closeAtMs, stopReadingAtMs } = plan;
      const isBroken = [halfOpenAtMs, terminateAtMs, resetAtMs, closeAtMs, stopReadingAtMs].some(
        (atMs) => atMs !== undefined,
      );
      if (isBroken || ending !== 'nobody') continue;
      count += 1;
      expect(numbersOf('up', received).length, `seed ${seed}, ${JSON.stringify(plan)}`).toBe(sentUp);
    }
    expect(count).toBeGreaterThan(50);
  });
});
