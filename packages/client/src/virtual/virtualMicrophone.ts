// This file is a microphone without a device: silence, with speech where it is told to say something, paced by a clock.
import type { CaptureChain, Dsp } from '@voicewire/dsp-wasm';
import type { AudioInput, AudioInputCounters, AudioInputSink, CapturedFrame, Latency } from '../ports/audioInput.ts';
import type { Clock } from '../ports/clock.ts';

/** Samples are taken in this often, as an audio callback would. */
const BLOCK_MS = 10;

export interface VirtualMicrophoneOptions {
  readonly clock: Clock;
  readonly dsp: Dsp;
  /** Hz of what is said. */
  readonly sampleRate: number;
  /** Where sample 0 of the device lies on the session clock beyond the start, and how fast the device's clock runs. */
  readonly skew?: { readonly offsetMs: number; readonly driftPpm: number };
}

/** Where something that was said lies on the microphone's sample line. */
export interface SpokenSpan {
  readonly firstSampleIndex: number;
  /** Index after the last sample. */
  readonly endSampleIndex: number;
}

export class VirtualMicrophone implements AudioInput {
  readonly inputLatency: Latency = { ms: 0, basis: 'measured' };
  private readonly samplesPerMs: number;
  private readonly block: Float32Array;
  private readonly script: { readonly samples: Float32Array; readonly firstSampleIndex: number }[] = [];
  private chain: CaptureChain | null = null;
  private timer: unknown = null;
  private startedMs = 0;
  private captured = 0;
  private framesCount = 0;
  private isPaused = false;

  constructor(private readonly options: VirtualMicrophoneOptions) {
    const drift = 1 + (options.skew?.driftPpm ?? 0) / 1e6;
    this.samplesPerMs = (options.sampleRate / 1000) * drift;
    this.block = new Float32Array(Math.round((BLOCK_MS * options.sampleRate) / 1000));
  }

  get counters(): AudioInputCounters {
    return { capturedSamples: this.captured, framesCount: this.framesCount, missedSamples: 0 };
  }

  /** Speaks `samples`, after whatever is still to be said. Before `start` it waits for it. */
  say(samples: Float32Array): SpokenSpan {
    const last = this.script.at(-1);
    const free = last === undefined ? 0 : last.firstSampleIndex + last.samples.length;
    const firstSampleIndex = Math.max(this.captured, free);
    this.script.push({ samples, firstSampleIndex });
    return { firstSampleIndex, endSampleIndex: firstSampleIndex + samples.length };
  }

  /** @throws {Error} `unsupported-sample-rate` of the DSP, when it cannot work at this rate. */
  async start(sink: AudioInputSink): Promise<void> {
    const { clock, dsp, sampleRate } = this.options;
    const spanSamples = (sampleRate * 20) / 1000;
    this.captured = 0;
    this.framesCount = 0;
    this.isPaused = false;
    this.chain = dsp.createCaptureChain({
      inputSampleRate: sampleRate,
      onFrame: (pcm, firstSampleIndex, rmsDb, peakDb, speechScore) => {
        this.framesCount += 1;
        const frame: CapturedFrame = { pcm, firstSampleIndex, spanSamples, rmsDb, peakDb, speechScore };
        sink.onFrame(frame);
      },
    });
    this.startedMs = clock.nowMs() + (this.options.skew?.offsetMs ?? 0);
    this.schedule();
  }

  stop(): Promise<void> {
    this.options.clock.clearTimer(this.timer);
    this.timer = null;
    const { chain } = this;
    this.chain = null;
    chain?.flush();
    chain?.dispose();
    this.script.length = 0;
    return Promise.resolve();
  }

  pause(): Promise<void> {
    this.isPaused = true;
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.isPaused = false;
    return Promise.resolve();
  }

  captureTimeMs(sampleIndex: number): number {
    return this.startedMs + sampleIndex / this.samplesPerMs;
  }

  // On an absolute schedule: a late timer takes in all that is due, so no time is lost.
  private schedule(): void {
    const { clock } = this.options;
    const dueMs = this.captureTimeMs(this.captured + this.block.length);
    this.timer = clock.setTimer(Math.max(0, dueMs - clock.nowMs()), () => {
      while (this.chain !== null && this.captureTimeMs(this.captured + this.block.length) <= clock.nowMs() + 1e-6)
        this.captureBlock();
      if (this.chain !== null) this.schedule();
    });
  }

  private captureBlock(): void {
    this.block.fill(0);
    if (!this.isPaused) {
      for (const { samples, firstSampleIndex } of this.script) this.mixIn(samples, firstSampleIndex);
    }
    while (
      this.script[0] !== undefined &&
      this.script[0].firstSampleIndex + this.script[0].samples.length <= this.captured
    )
      this.script.shift();
    this.captured += this.block.length;
    this.chain?.process(this.block);
  }

  private mixIn(samples: Float32Array, firstSampleIndex: number): void {
    const from = Math.max(0, this.captured - firstSampleIndex);
    const to = Math.min(samples.length, this.captured + this.block.length - firstSampleIndex);
    if (from < to) this.block.set(samples.subarray(from, to), firstSampleIndex + from - this.captured);
  }
}
