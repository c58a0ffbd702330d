// This file is what sessions of one page may share: one AudioContext, one microphone, one MP3 worker.
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import type { AudioDevices } from '../ports/audioDevices.ts';
import type { AudioEncoders } from '../ports/audioEncoder.ts';
import type { BrowserAudioOptions } from './browserAudioOptions.ts';
import { BrowserDevices } from './browserDevices.ts';
import { PageEncoders } from './pageEncoders.ts';
import { SharedContext } from './sharedContext.ts';
import { SharedMicrophone } from './sharedMicrophone.ts';
import { WorkerDecoders } from './workerDecoders.ts';

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
  /** For vendors that take MP3; nothing is loaded before the first session with one. */
  readonly encoders: AudioEncoders;

  /** Opens nothing. */
  constructor(options: BrowserAudioOptions = {}) {
    const decoders = new WorkerDecoders(options.mp3WorkerUrl);
    this.decoders = decoders;
    this.encoders = new PageEncoders(options.mp3EncoderUrl);
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
