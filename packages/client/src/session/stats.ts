// This file gathers what a session has counted and measured so far.
import type { DownlinkCounters } from '../downlink/downlink.ts';
import type { AudioInputCounters, Latency } from '../ports/audioInput.ts';
import type { AudioOutputCounters } from '../ports/audioOutput.ts';
import type { DurationSummary } from '../timing/sampleRing.ts';
import type { UplinkCounters } from '../uplink/uplink.ts';
import type { Attempt, SessionPorts } from './attempt.ts';
import type { SessionStatus } from './events.ts';

/** Counters of the current connection, or of the last one. */
export interface SessionStats {
  readonly status: SessionStatus;
  /** From the call of `connect()` to its success; null until then. */
  readonly connectMs: number | null;
  readonly input: AudioInputCounters & { readonly latency: Latency };
  /** Null before the first connection attempt. */
  readonly uplink: (UplinkCounters & { readonly captureToWire: DurationSummary | null }) | null;
  readonly downlink: DownlinkCounters | null;
  readonly output: AudioOutputCounters & { readonly latency: Latency };
}

export interface SessionReport extends SessionStats {
  /** Newest values, oldest first, at most 4,096. */
  readonly captureToWireMs: readonly number[];
}

export function collectStats(
  ports: SessionPorts,
  attempt: Attempt | null,
  session: { status: SessionStatus; connectMs: number | null },
): SessionStats {
  return {
    ...session,
    input: { ...ports.input.counters, latency: ports.input.inputLatency },
    uplink: attempt && { ...attempt.uplink.counters, captureToWire: attempt.uplink.captureToWireMs.summary() },
    downlink: attempt && attempt.downlink.counters,
    output: { ...ports.output.counters, latency: ports.output.outputLatency },
  };
}
