// This file is the capture worklet of one session, from its node's construction to its last frame.
import type { NeuralVadAssets } from '@voicewire/dsp-wasm/neural-vad';
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioInputCounters, AudioInputSink } from '../ports/audioInput.ts';
import type { CaptureMessage, CaptureOptions } from '../worklet/captureStage.ts';
import type { ContextClock } from './contextClock.ts';
import { retire } from './retire.ts';
import type { MicrophoneListener } from './sharedMicrophone.ts';
import { Startup } from './startup.ts';
import { errorOfWorkletFault } from './workletFault.ts';

/** A running graph delivers its first frame within some tens of ms; a dead device never does. */
const FIRST_FRAME_LIMIT_MS = 3_000;

/** What the node tells. */
export interface CaptureNodeSink extends AudioInputSink {
  /** Before each frame. */
  onCounters(counters: AudioInputCounters): void;
}

/** Needs the worklet in the context. */
export class CaptureNode implements MicrophoneListener {
  readonly node: AudioWorkletNode;
  /** Done with the first frame: a graph that never delivers one is an error, not a silence. */
  private readonly startup = new Startup(FIRST_FRAME_LIMIT_MS, () =>
    createVoiceError('capture-stalled', `No audio came from the microphone within ${FIRST_FRAME_LIMIT_MS} ms.`),
  );

  /** @param neuralVad Of the neural detector; null for the built-in one. */
  constructor(
    readonly context: AudioContext,
    clock: ContextClock,
    neuralVad: NeuralVadAssets | null,
    private readonly sink: CaptureNodeSink,
  ) {
    this.node = new AudioWorkletNode(context, 'voicewire-capture', {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
      processorOptions: { neuralVad } satisfies CaptureOptions,
    });
    this.node.port.onmessage = ({ data: message }: MessageEvent<CaptureMessage>) => {
      if (message.type === 'failed') return this.onEnded(errorOfWorkletFault('capture', message, context.sampleRate));
      if (message.type !== 'frame') return;
      clock.observe();
      const { capturedSamples, framesCount, missedSamples } = message;
      sink.onCounters({ capturedSamples, framesCount, missedSamples });
      sink.onFrame(message);
      this.startup.succeed();
    };
    this.node.onprocessorerror = () =>
      this.onEnded(createVoiceError('worklet-failed', 'The capture worklet stopped with an exception.'));
    this.startup.arm();
  }

  /** Rejects with `capture-stalled`, or whatever ended it before. */
  get started(): Promise<void> {
    return this.startup.done;
  }

  onEnded(error: VoiceError): void {
    this.startup.fail(error);
    this.sink.onFailure(error);
  }

  /** Resolves when its last frames have come. @param reason For whoever still waits for the first one. */
  close(reason: VoiceError): Promise<void> {
    this.startup.fail(reason);
    return retire(this.node);
  }
}
