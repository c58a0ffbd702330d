// This file is what sessions of one page may share: one AudioContext, one microphone, one MP3 worker.
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import type { AudioDevices } from '../ports/audioDevices.ts';
import { BrowserDevices } from './browserDevices.ts';
import { SharedContext } from './sharedContext.ts';
import { SharedMicrophone } from './sharedMicrophone.ts';
import { WorkerDecoders } from './workerDecoders.ts';

export interface BrowserAudioOptions {
  /** A context of your own; it is used and left open. Default: one at the device's rate, closed after the last session. */
  readonly context?: AudioContext;
  /** A microphone of your own, or anything else that makes a stream; never stopped. Default: the one that is chosen. */
  readonly stream?: MediaStream;
  /** Where agent audio goes, e.g. into an analyser of yours; asked by each session that starts. Default: `context.destination`. */
  readonly destination?: (context: AudioContext) => AudioNode;
  /** Address of the capture worklet's file. Default, of this and the following: beside the package's own modules. */
  readonly captureWorkletUrl?: string | URL;
  /** Address of the playout worklet's file. */
  readonly playoutWorkletUrl?: string | URL;
  /** The same two for browsers whose WebAssembly has no SIMD; only these load them, in the place of the others. */
  readonly captureScalarWorkletUrl?: string | URL;
  readonly playoutScalarWorkletUrl?: string | URL;
  /** Address of the MP3 worker's file; it is loaded when a vendor sends MP3. */
  readonly mp3WorkerUrl?: string | URL;
}

/**
 * One AudioContext and one microphone for any number of sessions. The first session opens them, the last one to end closes
 * what it opened and nothing that the page made. Sessions choose devices for all: there is one microphone.
 */
export class BrowserAudio {
  readonly context: SharedContext;
  readonly microphone: SharedMicrophone;
  readonly devices: AudioDevices;
  /** For vendors that send MP3; nothing is loaded before the first stream. */
  readonly decoders: AudioDecoders;

  /** Opens nothing. */
  constructor(options: BrowserAudioOptions = {}) {
    const decoders = new WorkerDecoders(options.mp3WorkerUrl);
    this.decoders = decoders;
    this.microphone = new SharedMicrophone(options.stream, () => devices.tell('input-replaced'));
    this.context = new SharedContext(options, {
      onBlocked: () => devices.tellBlocked(),
      question: () => this.microphone.question,
      onUnused: () => decoders.close(),
    });
    const devices = new BrowserDevices(this.context, this.microphone);
    this.devices = devices;
  }
}
