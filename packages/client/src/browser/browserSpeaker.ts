// This file is the speaker of a browser: the playout worklet, its feed, and the clock of what is heard.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { Latency } from '../ports/audioInput.ts';
import type { AudioOutput, AudioOutputCounters, AudioOutputSink } from '../ports/audioOutput.ts';
import { PlayoutPort } from '../playout/playoutPort.ts';
import type { PlayoutMessage } from '../worklet/playoutStage.ts';
import type { BrowserAudio } from './browserAudio.ts';
import { retire } from './retire.ts';
import type { OpenAudio } from './sharedContext.ts';
import { Startup } from './startup.ts';
import { errorOfWorkletFault } from './workletFault.ts';

/** A worklet that was loaded constructs at once; one that cannot says so. */
const READY_LIMIT_MS = 3_000;

export class BrowserSpeaker implements AudioOutput {
  private audio: OpenAudio | null = null;
  private node: AudioWorkletNode | null = null;
  private port: PlayoutPort | null = null;
  private startup: Startup | null = null;
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
    const node = new AudioWorkletNode(audio.context, 'voicewire-playout', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      processorOptions: { streamSampleRate },
    });
    this.node = node;
    this.port = new PlayoutPort(streamSampleRate, sink, (command) => node.port.postMessage(command));
    this.startup = this.listen(node, this.port, sink, audio);
    await this.startup.done;
    node.connect(this.shared.context.destination(audio.context));
    this.port.setVolume(this.volume);
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
    const { node, port, holdsAudio } = this;
    this.node = null;
    this.holdsAudio = false;
    this.startup?.fail(abortedError());
    if (node !== null) {
      node.disconnect();
      await retire(node);
    }
    port?.close();
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
    return this.port?.counters ?? PlayoutPort.ZERO_COUNTERS;
  }

  /** Done when the worklet has been constructed. */
  private listen(node: AudioWorkletNode, port: PlayoutPort, sink: AudioOutputSink, audio: OpenAudio): Startup {
    const startup = new Startup(READY_LIMIT_MS, () =>
      createVoiceError('worklet-failed', 'The playout worklet did not start.'),
    );
    const fail = (error: VoiceError): void => {
      startup.fail(error);
      sink.onFailure(error);
    };
    node.onprocessorerror = () =>
      fail(createVoiceError('worklet-failed', 'The playout worklet stopped with an exception.'));
    node.port.onmessage = ({ data: message }: MessageEvent<PlayoutMessage>) => {
      if (message.type === 'ready') return startup.succeed();
      if (message.type === 'stopped') return;
      if (message.type === 'failed') return fail(errorOfWorkletFault('playout', message, audio.context.sampleRate));
      audio.clock.observe();
      port.receive(message);
    };
    return startup.arm();
  }
}

function abortedError(): VoiceError {
  return createVoiceError('connect-aborted', 'The speaker was stopped while it was being opened.');
}
