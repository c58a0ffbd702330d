// This file is the speaker of one session in a browser: its part in the shared context, and the clock of what is heard.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { Latency } from '../ports/audioInput.ts';
import {
  NOTHING_PLAYED,
  type AudioOutput,
  type AudioOutputCounters,
  type AudioOutputSink,
} from '../ports/audioOutput.ts';
import type { BrowserAudio } from './browserAudio.ts';
import type { PlayoutNode } from './playoutNode.ts';
import type { OpenAudio } from './sharedContext.ts';

export class BrowserSpeaker implements AudioOutput {
  private audio: OpenAudio | null = null;
  private playout: PlayoutNode | null = null;
  /** Outlives its node: counters are asked for after the end. */
  private port: PlayoutNode['port'] | null = null;
  private holdsAudio = false;
  private epoch = 0;
  private volume = 1;

  constructor(private readonly shared: BrowserAudio) {}

  async start(streamSampleRate: number, sink: AudioOutputSink): Promise<void> {
    const epoch = ++this.epoch;
    this.port = null;
    this.holdsAudio = true;
    const audio = await this.shared.context.acquire();
    if (epoch !== this.epoch) throw abortedError();
    this.audio = audio;
    const playout = new audio.graph.PlayoutNode(audio.context, audio.clock, streamSampleRate, sink);
    this.playout = playout;
    this.port = playout.port;
    await playout.started;
    playout.node.connect(this.shared.context.destination(audio.context));
    playout.port.setVolume(this.volume);
  }

  write(pcm: Int16Array): void {
    this.port?.write(pcm);
  }

  flush(): ReturnType<AudioOutput['flush']> {
    return this.port?.flush() ?? Promise.resolve(null);
  }

  /** Also waits for the device: what was rendered is heard one output latency later. */
  async drain(): Promise<void> {
    await this.port?.drain();
    await new Promise((resolve) => setTimeout(resolve, this.outputLatency.ms));
  }

  async stop(): Promise<void> {
    this.epoch += 1;
    // All of it at once: a start that follows before this is done has a node and a context of its own.
    const { playout, holdsAudio } = this;
    this.playout = null;
    this.holdsAudio = false;
    await playout?.close(abortedError());
    if (holdsAudio) await this.shared.context.release();
  }

  setVolume(gain: number): void {
    this.volume = gain;
    this.port?.setVolume(gain);
  }

  renderTimeMs(outputFrame: number): number {
    return this.audio?.clock.renderTimeMs(outputFrame) ?? 0;
  }

  audibleTimeMs(outputFrame: number): number {
    return this.audio?.clock.audibleTimeMs(outputFrame) ?? 0;
  }

  get outputLatency(): Latency {
    return this.audio?.clock.outputLatency ?? { ms: 0, basis: 'unknown' };
  }

  get counters(): AudioOutputCounters {
    return this.port?.counters ?? NOTHING_PLAYED;
  }
}

function abortedError(): VoiceError {
  return createVoiceError('connect-aborted', 'The speaker was stopped while it was being opened.');
}
