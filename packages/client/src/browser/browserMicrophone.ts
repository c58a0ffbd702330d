// This file is the microphone of a browser: getUserMedia, the capture worklet, and the clock of its samples.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioInput, AudioInputCounters, AudioInputSink, Latency } from '../ports/audioInput.ts';
import type { CaptureMessage } from '../worklet/captureStage.ts';
import type { BrowserAudio, OpenAudio } from './browserAudio.ts';
import { constraintsOf, errorOfRefusal, type MicrophoneOptions } from './microphoneConstraints.ts';
import { Startup, within } from './startup.ts';
import { errorOfWorkletFault } from './workletFault.ts';

/** A running graph delivers its first frame within some tens of ms; a dead device never does. */
const FIRST_FRAME_LIMIT_MS = 3_000;
/** The audio thread answers a stop within a quantum; a dead one never does. */
const STOP_LIMIT_MS = 500;
const ZERO_COUNTERS: AudioInputCounters = { capturedSamples: 0, framesCount: 0, missedSamples: 0 };

/** One opened microphone. */
interface Capture {
  readonly stream: MediaStream;
  readonly source: MediaStreamAudioSourceNode;
  readonly node: AudioWorkletNode;
  /** Done with the first frame: a graph that never delivers one is an error, not a silence. */
  readonly startup: Startup;
  /** The audio thread has sent its last frame. */
  readonly stopped: Promise<void>;
}

export class BrowserMicrophone implements AudioInput {
  counters = ZERO_COUNTERS;
  private audio: OpenAudio | null = null;
  private capture: Capture | null = null;
  private holdsAudio = false;
  /** Counts starts and stops: what an earlier start still brings is released at once. */
  private epoch = 0;
  private deviceLatencyMs: number | null = null;

  constructor(
    private readonly shared: BrowserAudio,
    private readonly options: MicrophoneOptions,
  ) {}

  async start(sink: AudioInputSink): Promise<void> {
    const epoch = ++this.epoch;
    this.counters = ZERO_COUNTERS;
    this.holdsAudio = true;
    // Both in the same task, so that both count as part of the click.
    const [audio, stream] = await bothOrNone(this.shared.acquire(), askForMicrophone(this.options));
    if (epoch !== this.epoch) {
      stopTracks(stream);
      throw abortedError();
    }
    this.audio = audio;
    this.deviceLatencyMs = latencyOf(stream);
    const capture = this.openGraph(audio, stream, sink);
    this.capture = capture;
    await capture.startup.done;
  }

  async stop(): Promise<void> {
    this.epoch += 1;
    const { capture } = this;
    this.capture = null;
    if (capture !== null) {
      capture.startup.fail(abortedError());
      capture.node.port.postMessage({ type: 'stop' });
      await within(capture.stopped, STOP_LIMIT_MS);
      capture.node.port.onmessage = null;
      capture.source.disconnect();
      stopTracks(capture.stream);
    }
    if (this.holdsAudio) {
      this.holdsAudio = false;
      await this.shared.release();
    }
  }

  captureTimeMs(sampleIndex: number): number {
    return this.audio?.clock.renderTimeMs(sampleIndex) ?? 0;
  }

  /** What the browser says of the device; it does not measure it. */
  get inputLatency(): Latency {
    return this.deviceLatencyMs === null
      ? { ms: 0, basis: 'unknown' }
      : { ms: this.deviceLatencyMs, basis: 'estimated' };
  }

  private openGraph({ context, clock }: OpenAudio, stream: MediaStream, sink: AudioInputSink): Capture {
    const source = context.createMediaStreamSource(stream);
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
    const stopped = new Promise<void>((resolve) => {
      node.port.onmessage = ({ data: message }: MessageEvent<CaptureMessage>) => {
        if (message.type === 'stopped') return resolve();
        if (message.type === 'failed') return fail(errorOfWorkletFault('capture', message, context.sampleRate));
        if (message.type !== 'frame') return;
        clock.observe();
        const { capturedSamples, framesCount, missedSamples } = message;
        this.counters = { capturedSamples, framesCount, missedSamples };
        sink.onFrame(message);
        startup.succeed();
      };
    });
    node.onprocessorerror = () =>
      fail(createVoiceError('worklet-failed', 'The capture worklet stopped with an exception.'));
    for (const track of stream.getAudioTracks()) {
      track.onended = () => fail(createVoiceError('microphone-ended', 'The microphone stopped delivering.'));
    }
    source.connect(node);
    return { stream, source, node, startup, stopped };
  }
}

async function askForMicrophone(options: MicrophoneOptions): Promise<MediaStream> {
  if (navigator.mediaDevices === undefined) {
    throw createVoiceError('audio-unsupported', 'This page has no access to microphones; it needs https or localhost.');
  }
  try {
    return await navigator.mediaDevices.getUserMedia(constraintsOf(options));
  } catch (cause) {
    throw errorOfRefusal(cause);
  }
}

/** When the audio context fails, a microphone that is granted later must not stay open. */
async function bothOrNone(
  acquiring: Promise<OpenAudio>,
  asking: Promise<MediaStream>,
): Promise<[OpenAudio, MediaStream]> {
  try {
    return await Promise.all([acquiring, asking]);
  } catch (fault) {
    // If the other one fails too, the first failure is the one that is told.
    asking.then(stopTracks, () => undefined);
    acquiring.catch(() => undefined);
    throw fault;
  }
}

function abortedError(): VoiceError {
  return createVoiceError('connect-aborted', 'The microphone was stopped while it was being opened.');
}

/** Input latency is a track setting that not every browser reports. Null: not reported. */
function latencyOf(stream: MediaStream): number | null {
  const settings: MediaTrackSettings & { latency?: number } = stream.getAudioTracks()[0]?.getSettings() ?? {};
  return settings.latency === undefined ? null : settings.latency * 1000;
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
