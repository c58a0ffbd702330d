// This file defines the speaker port: takes decoded agent audio, plays it gaplessly, and says what became audible when.
import type { VoiceError } from '../errors.ts';
import type { Latency } from './audioInput.ts';
import { SILENCE_DB } from './meterLevel.ts';

/**
 * A sample of agent audio as it leaves: `streamSample` counts the samples written since `start` (flushed ones too),
 * `outputFrame` is its place on the output's own sample line.
 */
export interface PlayedSample {
  readonly streamSample: number;
  readonly outputFrame: number;
}

export interface AudioOutputSink {
  /** The first sample above the audibility threshold after silence. */
  onSpeechStarted(first: PlayedSample): void;
  /** The last audible sample before a pause of `speechHangoverMs`, or before a flush. */
  onSpeechEnded(last: PlayedSample): void;
  /** Once: the backlog is full and the newest audio is being dropped; the counters say how much. */
  onOverflow(): void;
  /** The output died. Not called for `stop`. */
  onFailure(error: VoiceError): void;
}

export interface AudioOutputCounters {
  /** Stream samples written since `start`. */
  readonly writtenSamples: number;
  /** Stream samples that were played. `written = played + discarded + buffered`. */
  readonly playedSamples: number;
  /** Stream samples dropped by `flush` or for want of room. */
  readonly discardedSamples: number;
  /** Times that agent audio ran out in mid-speech. */
  readonly underrunCount: number;
  /** Level of what was played lately, RMS in dB relative to full scale. */
  readonly rmsDb: number;
}

/** Before the first start. */
export const NOTHING_PLAYED: AudioOutputCounters = {
  writtenSamples: 0,
  playedSamples: 0,
  discardedSamples: 0,
  underrunCount: 0,
  rmsDb: SILENCE_DB,
};

/** A loudspeaker, a file, a recorder. May be started again after `stop`. */
export interface AudioOutput {
  /** @param streamSampleRate Hz of everything that is written until `stop`. */
  start(streamSampleRate: number, sink: AudioOutputSink): Promise<void>;
  /** Queues mono samples; copies them. Never blocks, never drops below ten minutes of backlog. */
  write(pcm: Int16Array): void;
  /** Fades out within 5 ms and drops everything queued. Resolves with the last sample that is heard, if any was playing. */
  flush(): Promise<PlayedSample | null>;
  /** Resolves when all that was written has been played, or was flushed. */
  drain(): Promise<void>;
  /** Drops what is queued and releases the device. */
  stop(): Promise<void>;
  /** @param gain 0 to 1; changes over one quantum. */
  setVolume(gain: number): void;
  /** Session-clock instant at which a frame of the output line was handed to the device. */
  renderTimeMs(outputFrame: number): number;
  /** Session-clock instant at which it is heard: `renderTimeMs` plus output latency. */
  audibleTimeMs(outputFrame: number): number;
  readonly outputLatency: Latency;
  readonly counters: AudioOutputCounters;
}
