// This file gathers what a session has counted and measured so far.
import type { Downlink, DownlinkCounters } from '../downlink/downlink.ts';
import type { AudioInput, AudioInputCounters, Latency } from '../ports/audioInput.ts';
import type { AudioOutput, AudioOutputCounters } from '../ports/audioOutput.ts';
import type { DurationSummary } from '../timing/sampleRing.ts';
import type { Uplink, UplinkCounters } from '../uplink/uplink.ts';
import type { SessionStatus } from './status.ts';

/** Counters since `connect()`, over all connections of the session. */
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
  ports: { readonly input: AudioInput; readonly output: AudioOutput },
  audio: { readonly uplink: Uplink; readonly downlink: Downlink } | null,
  session: { status: SessionStatus; connectMs: number | null },
): SessionStats {
  return {
    ...session,
    input: { ...ports.input.counters, latency: ports.input.inputLatency },
    uplink: audio && { ...audio.uplink.counters, captureToWire: audio.uplink.captureToWireMs.summary() },
    downlink: audio && audio.downlink.counters,
    output: { ...ports.output.counters, latency: ports.output.outputLatency },
  };
}
