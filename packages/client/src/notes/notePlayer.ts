// This file plays the sound of one note's reply: fillers while there is nothing else, then the agent, at whatever rate.
import type { AudioFormat, FillerContent } from '@voicewire/protocol';
import type { AudioDecoder, AudioDecoders } from '../downlink/audioDecoder.ts';
import { PcmDecoder } from '../downlink/decodePcm.ts';
import { asVoiceError, createVoiceError, type VoiceError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { AudioOutput, AudioOutputSink } from '../ports/audioOutput.ts';
import { createDeferred, type Deferred } from '../session/deferred.ts';
import { within } from '../timing/within.ts';

/** What a player is plugged into. */
export interface NotePlayerPorts {
  readonly clock: Clock;
  readonly output: AudioOutput;
  /** For replies in MP3. */
  readonly decoders: AudioDecoders | undefined;
}

/** What a player tells. Instants are ms on the session clock. */
export interface NotePlayerSink {
  onSpeechStarted(audibleMs: number): void;
  onSpeechEnded(audibleMs: number): void;
  /** Part of the reply is not heard, or all the rest of it when the output failed. */
  onFailed(error: VoiceError): void;
}

/** Samples that wait for the output. */
interface Sound {
  readonly kind: 'filler' | 'agent';
  readonly pcm: Int16Array;
  readonly sampleRate: number;
}

/** A fade takes 5 ms and a running audio thread answers within some tens more. */
const FADE_LIMIT_MS = 50;

/** Plays in order; starts the output with the first sound, and again when the rate changes. */
export class NotePlayer {
  private readonly waiting: Sound[] = [];
  private waitingMs = 0;
  private playing: { readonly kind: Sound['kind']; readonly sampleRate: number } | null = null;
  private pump: Promise<void> = Promise.resolve();
  private isPumping = false;
  /** The reply whose bytes are being decoded. */
  private stream: { readonly generation: string | undefined; readonly decoder: AudioDecoder } | null = null;
  private openStreams = 0;
  private allDecoded: Deferred<void> | null = null;
  private isAudible = false;
  private state: 'live' | 'failed' | 'cut' = 'live';

  constructor(
    private readonly ports: NotePlayerPorts,
    private readonly sink: NotePlayerSink,
  ) {}

  /** Sound that is still to be heard, in ms. */
  get backlogMs(): number {
    if (this.playing === null) return this.waitingMs;
    const { writtenSamples, playedSamples, discardedSamples } = this.ports.output.counters;
    const queuedSamples = writtenSamples - playedSamples - discardedSamples;
    return this.waitingMs + (queuedSamples * 1000) / this.playing.sampleRate;
  }

  /** The next bytes of the agent's speech. PCM comes in whole samples. */
  push(bytes: Uint8Array, format: AudioFormat, generation: string | undefined): void {
    if (this.state !== 'live') return;
    if (format.encoding === 'pcm-s16le') return this.take('agent', new PcmDecoder().decode(bytes), format.sampleRate);
    if (this.stream?.generation !== generation) this.end();
    this.stream ??= { generation, decoder: this.open(format) };
    this.stream.decoder.push(bytes);
  }

  /** Bridges a wait; cut when the agent speaks. Words are for showing. */
  playFiller(content: FillerContent): void {
    if (content.kind !== 'audio' || this.state !== 'live') return;
    this.take('filler', new PcmDecoder().decode(content.bytes), content.format.sampleRate);
  }

  /** No more bytes come for the reply that is being decoded. */
  end(): void {
    this.stream?.decoder.end();
    this.stream = null;
  }

  /** Resolves when all was heard and the output is released. */
  async finish(): Promise<void> {
    this.end();
    if (this.openStreams > 0) await (this.allDecoded ??= createDeferred()).promise;
    await this.pump;
    if (this.playing === null) return;
    await this.ports.output.drain();
    if (this.isAudible) this.endSpeech(this.ports.clock.nowMs());
    await this.stop();
  }

  /** Fades out what is heard, drops the rest, and releases the output; resolves when that is done. */
  async cut(): Promise<void> {
    this.state = 'cut';
    this.drop();
    // Not waited for: an output that is still starting is stopped all the same.
    if (this.playing !== null) await this.fadeOut();
    await this.stop();
  }

  private take(kind: Sound['kind'], pcm: Int16Array, sampleRate: number): void {
    if (pcm.length === 0 || this.state !== 'live') return;
    if (kind === 'agent' && this.waiting[0]?.kind === 'filler') this.dropWaiting();
    this.waiting.push({ kind, pcm, sampleRate });
    this.waitingMs += (pcm.length * 1000) / sampleRate;
    if (this.isPumping) return;
    this.isPumping = true;
    this.pump = this.run();
  }

  private async run(): Promise<void> {
    try {
      for (let sound = this.waiting[0]; sound !== undefined; sound = this.waiting[0]) {
        if (this.playing?.kind !== sound.kind || this.playing.sampleRate !== sound.sampleRate) {
          await this.prepare(sound);
          continue;
        }
        this.waiting.shift();
        this.waitingMs -= (sound.pcm.length * 1000) / sound.sampleRate;
        this.ports.output.write(sound.pcm);
      }
    } catch (thrown) {
      this.fail(asVoiceError(thrown, 'worklet-failed', 'The speaker failed unexpectedly.'));
    } finally {
      this.isPumping = false;
    }
  }

  /** Makes the output ready for a sound of another kind or rate. What waits may have changed by then. */
  private async prepare({ kind, sampleRate }: Sound): Promise<void> {
    const { output } = this.ports;
    const before = this.playing;
    if (before !== null && before.kind === 'filler' && kind === 'agent') {
      await this.fadeOut();
    }
    if (before?.sampleRate !== sampleRate) {
      if (before !== null) {
        await output.drain();
        this.playing = null;
        await output.stop();
      }
      await output.start(sampleRate, this.outputSink());
    }
    if (this.state === 'live') this.playing = { kind, sampleRate };
    else await output.stop();
  }

  private outputSink(): AudioOutputSink {
    const { output } = this.ports;
    return {
      onSpeechStarted: ({ outputFrame }) => {
        this.isAudible = true;
        this.sink.onSpeechStarted(output.audibleTimeMs(outputFrame));
      },
      onSpeechEnded: ({ outputFrame }) => this.endSpeech(output.audibleTimeMs(outputFrame)),
      onOverflow: () =>
        this.sink.onFailed(createVoiceError('downlink-overflow', 'Ten minutes of the reply wait to be played.')),
      onFailure: (error) => this.fail(error),
    };
  }

  private endSpeech(audibleMs: number): void {
    this.isAudible = false;
    this.sink.onSpeechEnded(audibleMs);
  }

  private open(format: Exclude<AudioFormat, { encoding: 'pcm-s16le' }>): AudioDecoder {
    const { decoders } = this.ports;
    if (decoders === undefined) {
      const details = { encoding: format.encoding };
      this.sink.onFailed(createVoiceError('audio-undecodable', 'There is no decoder for the audio.', { details }));
      return { push: () => undefined, end: () => undefined, dispose: () => undefined };
    }
    this.openStreams += 1;
    return decoders.open(format, {
      onPcm: (pcm, sampleRate) => this.take('agent', pcm, sampleRate),
      onFault: (error) => this.sink.onFailed(error),
      onEnd: () => this.countDecoded(),
    });
  }

  private countDecoded(): void {
    this.openStreams -= 1;
    if (this.openStreams > 0) return;
    this.allDecoded?.resolve();
    this.allDecoded = null;
  }

  private fail(error: VoiceError): void {
    if (this.state !== 'live') return;
    this.state = 'failed';
    this.drop();
    this.sink.onFailed(error);
    // Whoever waits for the rest to be heard waits no longer.
    void this.stop();
  }

  private drop(): void {
    this.dropWaiting();
    this.stream?.decoder.dispose();
    this.stream = null;
    this.openStreams = 0;
    this.allDecoded?.resolve();
    this.allDecoded = null;
  }

  private dropWaiting(): void {
    this.waiting.length = 0;
    this.waitingMs = 0;
  }

  private async stop(): Promise<void> {
    this.playing = null;
    // A device that cannot be stopped has reported its failure.
    await this.ports.output.stop().catch(() => undefined);
  }

  /** An output that stands still is not waited for. */
  private fadeOut(): Promise<void> {
    return within(this.ports.clock, FADE_LIMIT_MS, this.ports.output.flush());
  }
}
