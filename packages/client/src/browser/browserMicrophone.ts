// This file is the microphone of one session in a browser: the capture worklet, and the clock of its samples.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioInput, AudioInputCounters, AudioInputSink, Latency } from '../ports/audioInput.ts';
import type { CaptureMessage } from '../worklet/captureStage.ts';
import type { BrowserAudio } from './browserAudio.ts';
import type { MicrophoneOptions } from './microphoneConstraints.ts';
import type { OpenAudio } from './sharedContext.ts';
import type { MicrophoneLease, MicrophoneListener } from './sharedMicrophone.ts';
import { Startup } from './startup.ts';
import { retire } from './retire.ts';
import { errorOfWorkletFault } from './workletFault.ts';

/** A running graph delivers its first frame within some tens of ms; a dead device never does. */
const FIRST_FRAME_LIMIT_MS = 3_000;
const ZERO_COUNTERS: AudioInputCounters = { capturedSamples: 0, framesCount: 0, missedSamples: 0 };

/** One capture stage. */
interface Capture {
  readonly context: AudioContext;
  readonly listener: MicrophoneListener & { readonly node: AudioWorkletNode };
  /** Done with the first frame: a graph that never delivers one is an error, not a silence. */
  readonly startup: Startup;
}

export class BrowserMicrophone implements AudioInput {
  counters = ZERO_COUNTERS;
  private audio: OpenAudio | null = null;
  private capture: Capture | null = null;
  /** Null while the device is let go. */
  private lease: MicrophoneLease | null = null;
  private holdsAudio = false;
  /** Counts starts and stops: what an earlier start still brings is released at once. */
  private epoch = 0;

  constructor(
    private readonly shared: BrowserAudio,
    private readonly options: MicrophoneOptions,
  ) {}

  async start(sink: AudioInputSink): Promise<void> {
    const epoch = ++this.epoch;
    this.counters = ZERO_COUNTERS;
    this.holdsAudio = true;
    const lease = this.shared.microphone.lease(this.options);
    this.lease = lease;
    // Both in the same task, so that both count as part of the click.
    const [audio] = await Promise.all([this.shared.context.acquire(), lease.opened]);
    if (epoch !== this.epoch) throw abortedError();
    this.audio = audio;
    const capture = this.openGraph(audio, sink);
    this.capture = capture;
    lease.connect(audio.context, capture.listener);
    await capture.startup.done;
  }

  async stop(): Promise<void> {
    this.epoch += 1;
    // All of it at once: a start that follows before this is done has a lease and a context of its own.
    const { capture, lease, holdsAudio } = this;
    this.capture = null;
    this.lease = null;
    this.holdsAudio = false;
    if (capture !== null) {
      capture.startup.fail(abortedError());
      // Its last frames come before it is done.
      await retire(capture.listener.node);
    }
    lease?.release();
    if (holdsAudio) await this.shared.context.release();
  }

  /** The node goes on without an input, and makes frames of silence. */
  pause(): Promise<void> {
    if (this.capture !== null) this.letGo();
    return Promise.resolve();
  }

  async resume(): Promise<void> {
    const { capture } = this;
    if (capture === null || this.lease !== null) return;
    const lease = this.shared.microphone.lease(this.options);
    this.lease = lease;
    try {
      await lease.opened;
      // Paused or stopped again meanwhile: that has released it.
      if (this.lease === lease) lease.connect(capture.context, capture.listener);
    } catch (fault) {
      if (this.lease === lease) this.letGo();
      throw fault;
    }
  }

  private letGo(): void {
    this.lease?.release();
    this.lease = null;
  }

  captureTimeMs(sampleIndex: number): number {
    return this.audio?.clock.renderTimeMs(sampleIndex) ?? 0;
  }

  /** What the browser says of the device; it does not measure it. */
  get inputLatency(): Latency {
    const { latencyMs } = this.shared.microphone;
    return latencyMs === null ? { ms: 0, basis: 'unknown' } : { ms: latencyMs, basis: 'estimated' };
  }

  private openGraph({ context, clock }: OpenAudio, sink: AudioInputSink): Capture {
    const node = new AudioWorkletNode(context, 'voicewire-capture', {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    const startup = new Startup(FIRST_FRAME_LIMIT_MS, () =>
      createVoiceError('capture-stalled', `No audio came from the microphone within ${FIRST_FRAME_LIMIT_MS} ms.`),
    );
    const fail = (error: VoiceError): void => {
      startup.fail(error);
      sink.onFailure(error);
    };
    node.port.onmessage = ({ data: message }: MessageEvent<CaptureMessage>) => {
      if (message.type === 'failed') return fail(errorOfWorkletFault('capture', message, context.sampleRate));
      if (message.type !== 'frame') return;
      clock.observe();
      const { capturedSamples, framesCount, missedSamples } = message;
      this.counters = { capturedSamples, framesCount, missedSamples };
      sink.onFrame(message);
      startup.succeed();
    };
    node.onprocessorerror = () =>
      fail(createVoiceError('worklet-failed', 'The capture worklet stopped with an exception.'));
    return { context, listener: { node, onEnded: fail }, startup: startup.arm() };
  }
}

function abortedError(): VoiceError {
  return createVoiceError('connect-aborted', 'The microphone was stopped while it was being opened.');
}
