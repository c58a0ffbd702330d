// This file is the playout worklet of one session, and the feed of it.
import { createVoiceError, type VoiceError } from '../errors.ts';
import { PlayoutPort } from '../playout/playoutPort.ts';
import type { AudioOutputSink } from '../ports/audioOutput.ts';
import type { PlayoutMessage } from '../worklet/playoutMessages.ts';
import type { ContextClock } from './contextClock.ts';
import { retire } from './retire.ts';
import { Startup } from './startup.ts';
import { errorOfWorkletFault } from './workletFault.ts';

/** A worklet that was loaded constructs at once; one that cannot says so. */
const READY_LIMIT_MS = 3_000;

/** Needs the worklet in the context. */
export class PlayoutNode {
  readonly node: AudioWorkletNode;
  readonly port: PlayoutPort;
  /** Done when the worklet has been constructed. */
  private readonly startup = new Startup(READY_LIMIT_MS, () =>
    createVoiceError('worklet-failed', 'The playout worklet did not start.'),
  );

  constructor(context: AudioContext, clock: ContextClock, streamSampleRate: number, sink: AudioOutputSink) {
    const node = new AudioWorkletNode(context, 'voicewire-playout', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      processorOptions: { streamSampleRate },
    });
    const port = new PlayoutPort(streamSampleRate, sink, (command) => node.port.postMessage(command));
    const fail = (error: VoiceError): void => {
      this.startup.fail(error);
      sink.onFailure(error);
    };
    node.onprocessorerror = () =>
      fail(createVoiceError('worklet-failed', 'The playout worklet stopped with an exception.'));
    node.port.onmessage = ({ data: message }: MessageEvent<PlayoutMessage>) => {
      if (message.type === 'ready') return this.startup.succeed();
      if (message.type === 'stopped') return;
      if (message.type === 'failed') return fail(errorOfWorkletFault('playout', message, context.sampleRate));
      clock.observe();
      port.receive(message);
    };
    this.node = node;
    this.port = port;
    this.startup.arm();
  }

  /** Rejects with `worklet-failed`, or whatever ended it before. */
  get started(): Promise<void> {
    return this.startup.done;
  }

  /** @param reason For whoever still waits for the start. */
  async close(reason: VoiceError): Promise<void> {
    this.startup.fail(reason);
    this.node.disconnect();
    await retire(this.node);
    this.port.close();
  }
}
