// This file records what a session plays into a WAV file, silences included, so that its time is the call's time.
import { open, type FileHandle } from 'node:fs/promises';
import type { Dsp } from '@voicewire/dsp-wasm';
import { pcmBytes } from '../audioFile/pcm16.ts';
import { wavHeader, WAV_HEADER_BYTES } from '../audioFile/wav.ts';
import { asVoiceError } from '../errors.ts';
import {
  NOTHING_PLAYED,
  type AudioOutput,
  type AudioOutputCounters,
  type AudioOutputSink,
} from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import { VirtualSpeaker } from '../virtual/virtualSpeaker.ts';

/** Audio gathered before it goes to the disk. */
const WRITE_EVERY_BYTES = 64 * 1024;

export class WavOutput implements AudioOutput {
  private speaker: VirtualSpeaker | null = null;
  private file: FileHandle | null = null;
  private pieces: Uint8Array[] = [];
  private gatheredBytes = 0;
  private dataBytes = 0;
  private sampleRate = 0;
  private volume = 1;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly clock: Clock,
    private readonly dsp: () => Promise<Dsp>,
  ) {}

  /** @throws {VoiceError} `output-not-writable`. */
  async start(streamSampleRate: number, sink: AudioOutputSink): Promise<void> {
    this.file = await open(this.path, 'w').catch((cause: unknown) => {
      throw asVoiceError(cause, 'output-not-writable', `The output file "${this.path}" could not be opened.`);
    });
    this.dataBytes = 0;
    this.sampleRate = streamSampleRate;
    const onFault = (cause: unknown): void =>
      sink.onFailure(asVoiceError(cause, 'output-not-writable', `Writing to the output file "${this.path}" failed.`));
    const onPlayed = (block: Float32Array): void => this.gather(block, onFault);
    this.speaker = new VirtualSpeaker({ clock: this.clock, dsp: await this.dsp(), onPlayed });
    this.speaker.setVolume(this.volume);
    await this.speaker.start(streamSampleRate, sink);
  }

  write(pcm: Int16Array): void {
    this.speaker?.write(pcm);
  }

  flush(): ReturnType<AudioOutput['flush']> {
    return this.speaker?.flush() ?? Promise.resolve(null);
  }

  drain(): Promise<void> {
    return this.speaker?.drain() ?? Promise.resolve();
  }

  /** The header is written last: only now is the length known. */
  async stop(): Promise<void> {
    const { file, speaker } = this;
    this.file = null;
    await speaker?.stop();
    if (file === null) return;
    this.append(file);
    await this.writing;
    await file.write(wavHeader(this.sampleRate, this.dataBytes), 0, WAV_HEADER_BYTES, 0);
    await file.close();
  }

  setVolume(gain: number): void {
    this.volume = gain;
    this.speaker?.setVolume(gain);
  }

  renderTimeMs(outputFrame: number): number {
    return this.speaker?.renderTimeMs(outputFrame) ?? 0;
  }

  audibleTimeMs(outputFrame: number): number {
    return this.speaker?.audibleTimeMs(outputFrame) ?? 0;
  }

  readonly outputLatency = { ms: 0, basis: 'measured' } as const;

  get counters(): AudioOutputCounters {
    return this.speaker?.counters ?? NOTHING_PLAYED;
  }

  private gather(block: Float32Array, onFault: (cause: unknown) => void): void {
    const { file } = this;
    if (file === null) return;
    const bytes = pcmBytes(block);
    this.pieces.push(bytes);
    this.gatheredBytes += bytes.byteLength;
    if (this.gatheredBytes < WRITE_EVERY_BYTES) return;
    this.append(file);
    this.writing = this.writing.catch(onFault);
  }

  private append(file: FileHandle): void {
    const bytes = Buffer.concat(this.pieces);
    const at = WAV_HEADER_BYTES + this.dataBytes;
    this.pieces = [];
    this.gatheredBytes = 0;
    this.dataBytes += bytes.byteLength;
    this.writing = this.writing.then(async () => {
      await file.write(bytes, 0, bytes.byteLength, at);
    });
  }
}
