// This file defines how a connection is made bad, as plain values: each is one field, and any of them go together.
import type { NetworkTrace } from './trace.ts';

/** Of `stallMs`. */
export const DEFAULT_STALL_MS = 500;

/** What is done to one connection. All optional; absent fields do nothing. Times are in ms, ratios from 0 to 1. */
export interface ImpairmentPlan {
  /** The upgrade to a socket is answered with this status, `Retry-After` and, if it is 3xx, another `Location`; 0 resets. */
  readonly refuseStatus?: number;
  /** In seconds. Default: no such header. */
  readonly retryAfterS?: number;
  /** Which way messages are delayed: by `delayMs` to `bundleEveryMs` below. Default `both`. */
  readonly direction?: 'both' | 'up' | 'down';
  /** Time every message takes; opening the socket takes two of them. */
  readonly delayMs?: number;
  /** Mean of an exponentially distributed time on top. Messages never overtake each other. */
  readonly jitterMs?: number;
  /** Chance that a message is lost on the way; the transport sends it again, and everything behind it waits. */
  readonly lossRatio?: number;
  /** Losses in bursts (Gilbert-Elliott): chance per message that a burst begins. */
  readonly burstEnterRatio?: number;
  /** Chance per message that it ends. Default 0.25. */
  readonly burstLeaveRatio?: number;
  /** Chance of a loss within it. Default 0.6. */
  readonly burstLossRatio?: number;
  /** What a loss costs. Default 200. */
  readonly recoveryMs?: number;
  /** A recording, replayed from the opening of the socket and repeated; takes the place of delay, jitter and loss. */
  readonly trace?: NetworkTrace;
  /** Nothing arrives for `stallMs` (default 500) once in this time; then everything does at once. */
  readonly stallEveryMs?: number;
  readonly stallMs?: number;
  /** Messages arrive in bundles, at multiples of this time. */
  readonly bundleEveryMs?: number;
  /** Chance that a message of the server is sent twice. */
  readonly duplicateRatio?: number;
  /** Chance that something malformed comes before a message of the server. */
  readonly malformedRatio?: number;
  /**
   * The server's messages are cut into frames of this length, each in a write of its own; longer ones where a message would give
   * more than 1000. In memory, nothing is cut.
   */
  readonly fragmentBytes?: number;
  /** The server pings so often; a ping that is not answered before the next one breaks rule S-02. Not in memory. */
  readonly pingEveryMs?: number;
  /** Times below count from this message of the server, the first being 1. Default 0: from the opening of the socket. */
  readonly fromMessage?: number;
  /** From then on the server does not read, */
  readonly stopReadingAtMs?: number;
  /** for so long. Default: never again. */
  readonly stopReadingForMs?: number;
  /** From then on the server does not read; a second later nothing that it sends arrives. No close is seen. */
  readonly halfOpenAtMs?: number;
  /** The connection ends without a close frame. */
  readonly terminateAtMs?: number;
  /** The same by a TCP reset, where there is TCP. */
  readonly resetAtMs?: number;
  /** The server closes with `closeCode` (default 1011; 1005 is a close frame without a code) and `closeReason`. */
  readonly closeAtMs?: number;
  readonly closeCode?: number;
  /** At most 123 bytes. Default empty. */
  readonly closeReason?: string;
}

/** A plan with a name. */
export interface NamedImpairment {
  /** Completes "The connection …". */
  readonly does: string;
  readonly plan: ImpairmentPlan;
}

/**
 * By name. The first four are models of ours for networks of which recordings exist; the delays, jitters and losses of
 * those are theirs, a loss costs a round trip and a half.
 */
export const IMPAIRMENTS = {
  wifi: {
    does: 'takes 20 ms each way, with little jitter',
    plan: { delayMs: 20, jitterMs: 4, lossRatio: 0.001, recoveryMs: 60 },
  },
  lossy: {
    does: 'loses one message in a hundred, which costs 120 ms',
    plan: { delayMs: 40, jitterMs: 5, lossRatio: 0.01, recoveryMs: 120 },
  },
  burst: {
    does: 'loses several messages in a row now and then',
    plan: { delayMs: 40, jitterMs: 8, burstEnterRatio: 0.01, recoveryMs: 120 },
  },
  far: {
    does: 'takes 120 ms each way and loses one message in a hundred',
    plan: { delayMs: 120, jitterMs: 10, lossRatio: 0.01, recoveryMs: 360 },
  },
  stalling: {
    does: 'brings nothing for 800 ms every 3 s, then everything at once',
    plan: { stallEveryMs: 3000, stallMs: 800, direction: 'down' },
  },
  bundled: { does: 'brings messages in bundles, every 200 ms', plan: { bundleEveryMs: 200 } },
  'slow-consumer': {
    does: 'is not read by the server for 5 s, from the second second on',
    plan: { stopReadingAtMs: 1000, stopReadingForMs: 5000 },
  },
  'half-open': { does: 'dies after 2 s without a sign', plan: { halfOpenAtMs: 2000 } },
  dropped: { does: 'ends after 2 s without a close frame', plan: { terminateAtMs: 2000 } },
  reset: { does: 'breaks after 2 s by a TCP reset', plan: { resetAtMs: 2000 } },
  fragmented: { does: 'brings every message of the server in frames of 50 bytes', plan: { fragmentBytes: 50 } },
  pinging: { does: 'carries a ping of the server every 500 ms', plan: { pingEveryMs: 500 } },
  duplicating: { does: 'brings one message in ten twice', plan: { duplicateRatio: 0.1 } },
  malformed: { does: 'brings something malformed before one message in ten', plan: { malformedRatio: 0.1 } },
} as const satisfies Record<string, NamedImpairment>;

/** One of the names in `IMPAIRMENTS`. */
export type ImpairmentName = keyof typeof IMPAIRMENTS;
