// This file replays a recorded network: how long each message took on a real connection.
import { SandboxError } from '../errors.ts';

/** A recording of one TCP stream. */
export interface NetworkTrace {
  readonly name?: string;
  /** When each message was sent and when it arrived, in ms on one clock, in the order of sending. */
  readonly sendArriveMs: readonly (readonly [sendMs: number, arriveMs: number])[];
}

const MAX_TRACE_MESSAGES = 200_000;
/** Longest time that a message may have taken, in ms. */
const MAX_TRACE_DELAY_MS = 60_000;
/** What sums of such times may be off by, in ms. */
const ROUNDING_MS = 1e-6;

/**
 * Checks what was read from a file.
 *
 * @throws {SandboxError} `invalid-option` when it is no trace.
 */
export function checkTrace(value: unknown): NetworkTrace {
  const pairs: unknown = typeof value === 'object' && value !== null && 'sendArriveMs' in value && value.sendArriveMs;
  if (!Array.isArray(pairs) || pairs.length === 0 || pairs.length > MAX_TRACE_MESSAGES) {
    throw invalidTrace('no trace', `an object with 1 to ${MAX_TRACE_MESSAGES} pairs in sendArriveMs`);
  }
  let previousMs = Number.NEGATIVE_INFINITY;
  for (const [i, pair] of (pairs as unknown[]).entries()) {
    const [sendMs, arriveMs] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : [];
    const isValid =
      typeof sendMs === 'number' &&
      typeof arriveMs === 'number' &&
      Number.isFinite(sendMs) &&
      sendMs >= previousMs &&
      arriveMs >= sendMs &&
      arriveMs - sendMs <= MAX_TRACE_DELAY_MS;
    if (!isValid) throw invalidTrace(`wrong at pair ${i}`, '[sendMs, arriveMs], sent in order and arrived within 60 s');
    previousMs = sendMs;
  }
  return value as NetworkTrace;
}

/** What a message that is sent at any time would have taken in the recording. */
export class TraceDelay {
  readonly #pairs: NetworkTrace['sendArriveMs'];
  readonly #startMs: number;
  /** From the first message to one spacing after the last: the recording is repeated with this period. */
  readonly #periodMs: number;

  /** @param trace A checked one. */
  constructor({ sendArriveMs }: NetworkTrace) {
    this.#pairs = sendArriveMs;
    this.#startMs = sendArriveMs[0]?.[0] ?? 0;
    const spanMs = (sendArriveMs.at(-1)?.[0] ?? 0) - this.#startMs;
    this.#periodMs = spanMs + Math.max(1, spanMs / Math.max(1, sendArriveMs.length - 1));
  }

  /** @param sinceOpenMs Time of sending, from the opening of the socket. @returns In ms. */
  delayMs(sinceOpenMs: number): number {
    const atMs = this.#startMs + (sinceOpenMs % this.#periodMs);
    const [sendMs = 0, arriveMs = 0] = this.#pairs[this.#indexAt(atMs)] ?? [];
    return arriveMs - sendMs;
  }

  /** The last message sent at or before `atMs`, by bisection. */
  #indexAt(atMs: number): number {
    let low = 0;
    let high = this.#pairs.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#pairs[middle]?.[0] ?? 0) <= atMs + ROUNDING_MS) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function invalidTrace(actual: string, expected: string): SandboxError {
  return new SandboxError('invalid-option', `The trace is ${actual}, wanted ${expected}.`, {
    option: 'trace',
    expected,
  });
}
