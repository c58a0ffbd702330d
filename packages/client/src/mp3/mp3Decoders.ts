// This file decodes MP3 streams with mpg123, which is loaded when the first stream is opened.
import type { MPEGDecoder } from 'mpg123-decoder';
import type { AudioDecoder, AudioDecoders, AudioDecoderSink } from '../downlink/audioDecoder.ts';
import { toInt16 } from '../audioFile/pcm16.ts';
import { createVoiceError } from '../errors.ts';
import { restartDecoder } from './restartDecoder.ts';

/** Decoders kept for the next stream; each has 16 MB of address space, of which it touches some 200 kB. */
const MAX_IDLE = 2;

/**
 * Opens a decoder per stream. All work is done in the order in which it was asked for, so that a stream that is opened
 * after another one delivers its samples after it.
 */
export class Mp3Decoders implements AudioDecoders {
  private tail: Promise<void> = Promise.resolve();
  private readonly spare: MPEGDecoder[] = [];
  private isClosed = false;

  /** Loads the library and starts the decoders that are kept anyway. A failure shows when a stream is opened. */
  prepare(): void {
    this.run(async () => {
      const missing = MAX_IDLE - this.spare.length;
      this.spare.push(...(await Promise.all(Array.from({ length: missing }, () => this.start()))));
    });
  }

  open(_format: unknown, sink: AudioDecoderSink): AudioDecoder {
    return new Mp3Stream(this, sink);
  }

  close(): void {
    this.isClosed = true;
    for (const engine of this.spare.splice(0)) engine.free();
  }

  /** Resolves when all that was asked for so far is done. */
  idle(): Promise<void> {
    return this.tail;
  }

  /** Runs a task after all earlier ones. Tasks handle their own faults. */
  run(task: () => Promise<void> | void): void {
    this.tail = this.tail.then(task).catch(() => undefined);
  }

  take(): MPEGDecoder | Promise<MPEGDecoder> {
    return this.spare.pop() ?? this.start();
  }

  async giveBack(engine: MPEGDecoder): Promise<void> {
    if (this.isClosed || this.spare.length >= MAX_IDLE) return engine.free();
    if (!restartDecoder(engine)) await engine.reset();
    this.spare.push(engine);
  }

  private async start(): Promise<MPEGDecoder> {
    const { MPEGDecoder } = await import('mpg123-decoder');
    // Gapless trimming reads the tag of a whole file; a stream of speech has none, and would lose its beginning.
    const engine = new MPEGDecoder({ enableGapless: false });
    await engine.ready;
    return engine;
  }
}

class Mp3Stream implements AudioDecoder {
  private engine: MPEGDecoder | null = null;
  private isDisposed = false;
  private receivedBytes = 0;
  private decodedSamples = 0;
  private hasFailed = false;

  constructor(
    private readonly decoders: Mp3Decoders,
    private readonly sink: AudioDecoderSink,
  ) {
    decoders.run(() => this.start());
  }

  push(bytes: Uint8Array): void {
    this.decoders.run(() => this.decode(bytes));
  }

  end(): void {
    this.decoders.run(() => this.finish());
  }

  dispose(): void {
    this.isDisposed = true;
    this.decoders.run(() => this.finish());
  }

  private async start(): Promise<void> {
    if (this.isDisposed) return;
    try {
      this.engine = await this.decoders.take();
    } catch (cause) {
      this.fail('The MP3 decoder could not be started.', cause);
    }
  }

  private decode(bytes: Uint8Array): void {
    if (this.isDisposed || this.engine === null || bytes.byteLength === 0) return;
    this.receivedBytes += bytes.byteLength;
    try {
      const { channelData, samplesDecoded, sampleRate } = this.engine.decode(bytes);
      this.decodedSamples += samplesDecoded;
      // Mono comes as two equal channels.
      const [samples] = channelData;
      if (samplesDecoded > 0 && samples !== undefined)
        this.sink.onPcm(toInt16(samples.subarray(0, samplesDecoded)), sampleRate);
    } catch (cause) {
      this.fail('Bytes of the stream broke the MP3 decoder.', cause);
    }
  }

  private async finish(): Promise<void> {
    const { engine } = this;
    this.engine = null;
    // mpg123 skips what it cannot read without a word: no sound at all is how it shows.
    if (engine !== null && this.receivedBytes > 0 && this.decodedSamples === 0) {
      this.fail(`${this.receivedBytes} bytes held no MP3 audio.`);
    }
    if (!this.isDisposed) this.sink.onEnd?.();
    if (engine !== null) await this.decoders.giveBack(engine);
  }

  private fail(happened: string, cause?: unknown): void {
    if (this.isDisposed || this.hasFailed) return;
    this.hasFailed = true;
    this.sink.onFault(createVoiceError('audio-undecodable', happened, cause === undefined ? {} : { cause }));
  }
}
