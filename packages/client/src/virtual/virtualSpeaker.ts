// This file is a loudspeaker without a device: it plays through the real playout stage, paced by a clock, into a sink.
import type { Dsp } from '@voicewire/dsp-wasm';
import type { Latency } from '../ports/audioInput.ts';
import {
  NOTHING_PLAYED,
  type AudioOutput,
  type AudioOutputCounters,
  type AudioOutputSink,
} from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import { PlayoutPort } from '../playout/playoutPort.ts';
import type { PlayoutCommand, PlayoutMessage } from '../worklet/playoutMessages.ts';
import { PlayoutStage } from '../worklet/playoutStage.ts';

/** Samples are pulled this often, as an audio callback would. */
const BLOCK_MS = 10;

export interface VirtualSpeakerOptions {
  readonly clock: Clock;
  readonly dsp: Dsp;
  /** Hz of what is played. Default: whatever the vendor sends, so that nothing is resampled. */
  readonly sampleRate?: number;
  /** Pretended time between rendering and hearing. Default 0. */
  readonly outputLatencyMs?: number;
  /** Where frame 0 lies on the session clock beyond the start, and how fast the device's clock runs. */
  readonly skew?: { readonly offsetMs: number; readonly driftPpm: number };
  /** Receives everything that is played, silence included; valid during the call. */
  readonly onPlayed?: (block: Float32Array, sampleRate: number) => void;
}

export class VirtualSpeaker implements AudioOutput {
  readonly outputLatency: Latency;
  private port: PlayoutPort | null = null;
  private stage: PlayoutStage | null = null;
  private block = new Float32Array(0);
  private sampleRate = 0;
  private timer: unknown = null;
  private startedMs = 0;
  private playedFrames = 0;
  private volume = 1;

  constructor(private readonly options: VirtualSpeakerOptions) {
    this.outputLatency = { ms: options.outputLatencyMs ?? 0, basis: 'measured' };
  }

  get counters(): AudioOutputCounters {
    return this.port?.counters ?? NOTHING_PLAYED;
  }

  /** @throws {Error} `unsupported-sample-rate` of the DSP, when it cannot work at this rate. */
  async start(streamSampleRate: number, sink: AudioOutputSink): Promise<void> {
    const { clock, dsp, sampleRate = streamSampleRate } = this.options;
    this.sampleRate = sampleRate;
    this.block = new Float32Array(Math.round((BLOCK_MS * sampleRate) / 1000));
    this.playedFrames = 0;
    const port = new PlayoutPort(streamSampleRate, sink, (command) => this.command(command));
    this.port = port;
    this.stage = new PlayoutStage(dsp, streamSampleRate, sampleRate, (message) => this.receive(port, message));
    port.setVolume(this.volume);
    this.startedMs = clock.nowMs() + (this.options.skew?.offsetMs ?? 0);
    this.schedule();
  }

  write(pcm: Int16Array): void {
    this.port?.write(pcm);
  }

  flush(): ReturnType<AudioOutput['flush']> {
    return this.port?.flush() ?? Promise.resolve(null);
  }

  drain(): Promise<void> {
    return this.port?.drain() ?? Promise.resolve();
  }

  stop(): Promise<void> {
    this.options.clock.clearTimer(this.timer);
    this.timer = null;
    this.stage = null;
    this.port?.close();
    return Promise.resolve();
  }

  setVolume(gain: number): void {
    this.volume = gain;
    this.port?.setVolume(gain);
  }

  renderTimeMs(outputFrame: number): number {
    const drift = 1 + (this.options.skew?.driftPpm ?? 0) / 1e6;
    return this.startedMs + (outputFrame / (this.sampleRate * drift)) * 1000;
  }

  audibleTimeMs(outputFrame: number): number {
    return this.renderTimeMs(outputFrame) + this.outputLatency.ms;
  }

  private command(command: PlayoutCommand): void {
    if (command.type !== 'stop') this.stage?.command(command);
  }

  private receive(port: PlayoutPort, message: PlayoutMessage): void {
    if (message.type !== 'ready' && message.type !== 'failed' && message.type !== 'stopped') port.receive(message);
  }

  // On an absolute schedule: a late timer plays all that is due, so the device's time never slips.
  private schedule(): void {
    const { clock } = this.options;
    const dueMs = this.renderTimeMs(this.playedFrames);
    this.timer = clock.setTimer(Math.max(0, dueMs - clock.nowMs()), () => {
      while (this.stage !== null && this.renderTimeMs(this.playedFrames) <= clock.nowMs() + 1e-6)
        this.playBlock(this.stage);
      if (this.stage !== null) this.schedule();
    });
  }

  private playBlock(stage: PlayoutStage): void {
    stage.pull(this.block, this.playedFrames);
    this.playedFrames += this.block.length;
    this.options.onPlayed?.(this.block, this.sampleRate);
  }
}
