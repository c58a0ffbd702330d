// This file defines the microphone port: 20 ms frames of 16 kHz speech with the instant they were captured.
import type { VoiceError } from '../errors.ts';

/** One 20 ms frame at 16 kHz. The object and its samples may be reused: valid during the call only. */
export interface CapturedFrame {
  /** 320 samples, mono. */
  readonly pcm: Int16Array;
  /** Device-rate index of the first sample, on the input's own sample line. May be fractional. */
  readonly firstSampleIndex: number;
  /** Device-rate samples that the frame spans. May be fractional. */
  readonly spanSamples: number;
  /** Root mean square, dB relative to full scale. */
  readonly rmsDb: number;
  readonly peakDb: number;
  /** Likelihood of speech, 0 to 1. */
  readonly speechScore: number;
}

export interface AudioInputSink {
  onFrame(frame: CapturedFrame): void;
  /** The input died; no frame follows. Not called for `stop`. */
  onFailure(error: VoiceError): void;
}

/** How sure a latency is. */
export type LatencyBasis = 'measured' | 'estimated' | 'unknown';

export interface Latency {
  readonly ms: number;
  readonly basis: LatencyBasis;
}

/** A microphone, a file, a generator. May be started again after `stop`. */
export interface AudioInput {
  /** Resolves when frames are about to flow. @throws {VoiceError} when the device refuses. */
  start(sink: AudioInputSink): Promise<void>;
  /** Delivers what is captured so far as last frames (the last one padded with zeros), then releases the device. */
  stop(): Promise<void>;
  /**
   * Lets the device go, so that no indicator is lit. Frames keep coming on the same sample line, as silence, and what is
   * said meanwhile is not heard. Absent where there is no device to let go.
   */
  pause?(): Promise<void>;
  /** Opens the device again. @throws {VoiceError} when it refuses; then the input stays paused. */
  resume?(): Promise<void>;
  /** Session-clock instant at which a sample of this input's line was captured, input device latency left out. */
  captureTimeMs(sampleIndex: number): number;
  /** Time between sound at the microphone and the instant `captureTimeMs` gives. */
  readonly inputLatency: Latency;
  /** Counters since `start`. */
  readonly counters: AudioInputCounters;
}

export interface AudioInputCounters {
  /** Device-rate samples that the audio thread has taken in, silence in the place of missed ones included. */
  readonly capturedSamples: number;
  /** 20 ms frames made of them. */
  readonly framesCount: number;
  /** Device-rate samples that the platform did not deliver; silence stands in their place. */
  readonly missedSamples: number;
}
