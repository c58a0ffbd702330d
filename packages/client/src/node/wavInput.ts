// This file plays a WAV file into a session as if it were a microphone, in real time, and is silent after its end.
import { readFile } from 'node:fs/promises';
import type { Dsp } from '@voicewire/dsp-wasm';
import { readWav } from '../audioFile/wav.ts';
import { asVoiceError } from '../errors.ts';
import type { AudioInput, AudioInputCounters, AudioInputSink, Latency } from '../ports/audioInput.ts';
import type { Clock } from '../ports/clock.ts';
import { VirtualMicrophone } from '../virtual/virtualMicrophone.ts';

export class WavInput implements AudioInput {
  readonly inputLatency: Latency = { ms: 0, basis: 'measured' };
  private microphone: VirtualMicrophone | null = null;

  constructor(
    private readonly path: string,
    private readonly clock: Clock,
    private readonly dsp: () => Promise<Dsp>,
  ) {}

  get counters(): AudioInputCounters {
    return this.microphone?.counters ?? { capturedSamples: 0, framesCount: 0, missedSamples: 0 };
  }

  /** @throws {VoiceError} `input-not-readable`, `unsupported-audio-file`, `unsupported-sample-rate`. */
  async start(sink: AudioInputSink): Promise<void> {
    const bytes = await readFile(this.path).catch((cause: unknown) => {
      throw asVoiceError(cause, 'input-not-readable', `The input file "${this.path}" could not be read.`);
    });
    const { sampleRate, samples } = readWav(bytes);
    const microphone = new VirtualMicrophone({ clock: this.clock, dsp: await this.dsp(), sampleRate });
    microphone.say(samples);
    this.microphone = microphone;
    await microphone.start(sink);
  }

  async stop(): Promise<void> {
    await this.microphone?.stop();
  }

  async pause(): Promise<void> {
    await this.microphone?.pause();
  }

  async resume(): Promise<void> {
    await this.microphone?.resume();
  }

  captureTimeMs(sampleIndex: number): number {
    return this.microphone?.captureTimeMs(sampleIndex) ?? 0;
  }
}
