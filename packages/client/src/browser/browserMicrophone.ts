// This file is the microphone of one session in a browser: its part in the shared device, and the clock of its samples.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioInput, AudioInputCounters, AudioInputSink, Latency } from '../ports/audioInput.ts';
import type { BrowserAudio } from './browserAudio.ts';
import type { CaptureNode } from './captureNode.ts';
import type { MicrophoneOptions } from './microphoneConstraints.ts';
import type { OpenAudio } from './sharedContext.ts';
import type { MicrophoneLease } from './sharedMicrophone.ts';

const ZERO_COUNTERS: AudioInputCounters = { capturedSamples: 0, framesCount: 0, missedSamples: 0 };

export class BrowserMicrophone implements AudioInput {
  counters = ZERO_COUNTERS;
  private audio: OpenAudio | null = null;
  private capture: CaptureNode | null = null;
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
    const detector = await audio.graph.loadNeuralDetector(this.options);
    if (epoch !== this.epoch) throw abortedError();
    const capture = new audio.graph.CaptureNode(audio.context, audio.clock, detector, {
      onCounters: (counters) => (this.counters = counters),
      onFrame: (frame) => sink.onFrame(frame),
      onFailure: (error) => sink.onFailure(error),
    });
    this.capture = capture;
    lease.connect(audio.context, capture);
    await capture.started;
  }

  async stop(): Promise<void> {
    this.epoch += 1;
    // All of it at once: a start that follows before this is done has a lease and a context of its own.
    const { capture, lease, holdsAudio } = this;
    this.capture = null;
    this.lease = null;
    this.holdsAudio = false;
    // Its last frames come before it is done.
    await capture?.close(abortedError());
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
      if (this.lease === lease) lease.connect(capture.context, capture);
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
}

function abortedError(): VoiceError {
  return createVoiceError('connect-aborted', 'The microphone was stopped while it was being opened.');
}
