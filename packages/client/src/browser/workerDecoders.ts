// This file decodes MP3 in a worker of the page, which starts with the first stream.
import type { AudioDecoder, AudioDecoders, AudioDecoderSink } from '../downlink/audioDecoder.ts';
import { createVoiceError } from '../errors.ts';
import type { Mp3Command, Mp3Message } from '../workers/mp3Messages.ts';

/** Decoders of one page; any number of sessions may share them. */
export class WorkerDecoders implements AudioDecoders {
  private worker: Worker | null = null;
  private readonly sinks = new Map<number, AudioDecoderSink>();
  private streamCount = 0;

  /** @param url Address of the worker's file. Default: beside the package's own modules. */
  constructor(private readonly url?: string | URL) {}

  prepare(): void {
    this.demand({ type: 'prepare' });
  }

  open(_format: unknown, sink: AudioDecoderSink): AudioDecoder {
    const stream = this.streamCount++;
    this.sinks.set(stream, sink);
    this.demand({ type: 'open', stream });
    return {
      // Copied, not transferred: small buffers cross faster so, and the bytes may be a view of a larger message.
      push: (bytes) => this.send({ type: 'push', stream, bytes }),
      // What the worker still holds comes after this: the sink stays until it says that it is done.
      end: () => this.send({ type: 'end', stream }),
      dispose: () => {
        this.sinks.delete(stream);
        this.send({ type: 'dispose', stream });
      },
    };
  }

  close(): void {
    this.worker?.terminate();
    this.worker = null;
    this.sinks.clear();
  }

  /** Says something for which a worker is started where none runs. */
  private demand(command: Mp3Command): void {
    this.worker ??= this.start();
    this.worker.postMessage(command);
  }

  /** Says something about a stream. Streams die with their worker: nothing is started for them. */
  private send(command: Mp3Command): void {
    this.worker?.postMessage(command);
  }

  private start(): Worker {
    // Written out in full: bundlers find the file by exactly this expression.
    const worker =
      this.url === undefined
        ? new Worker(new URL('../workers/mp3.worker.js', import.meta.url), { type: 'module' })
        : new Worker(this.url, { type: 'module' });
    worker.onmessage = ({ data: message }: MessageEvent<Mp3Message>) => this.receive(message);
    worker.onerror = (event) => {
      event.preventDefault();
      for (const sink of this.sinks.values()) {
        this.report(sink, 'The MP3 worker could not be loaded, or stopped.');
        sink.onEnd?.();
      }
      this.close();
    };
    return worker;
  }

  private receive(message: Mp3Message): void {
    const sink = this.sinks.get(message.stream);
    if (sink === undefined) return;
    if (message.type === 'pcm') return sink.onPcm(message.pcm, message.sampleRate);
    if (message.type === 'fault') return this.report(sink, message.happened);
    this.sinks.delete(message.stream);
    sink.onEnd?.();
  }

  private report(sink: AudioDecoderSink, happened: string): void {
    sink.onFault(createVoiceError('audio-undecodable', happened));
  }
}
