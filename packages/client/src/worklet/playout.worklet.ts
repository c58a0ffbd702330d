// This file runs in the audio thread: it fills the speaker's quanta from the playout stage.
import { createDsp } from '@voicewire/dsp-wasm/sync';
import { wasmBytes } from '@voicewire/dsp-wasm/wasm';
import { describeFault } from './fault.ts';
import type { PlayoutCommand, PlayoutMessage } from './playoutMessages.ts';
import { PlayoutStage } from './playoutStage.ts';

class PlayoutProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
  private stage: PlayoutStage | null = null;

  constructor(options: { processorOptions: { streamSampleRate: number } }) {
    super();
    try {
      const { streamSampleRate } = options.processorOptions;
      const post = (message: PlayoutMessage): void => this.port.postMessage(message);
      this.stage = new PlayoutStage(createDsp(wasmBytes()), streamSampleRate, sampleRate, post);
      post({ type: 'ready' });
    } catch (fault) {
      this.port.postMessage({ type: 'failed', ...describeFault(fault) } satisfies PlayoutMessage);
    }
    this.port.onmessage = (event: MessageEvent<PlayoutCommand>) => {
      if (event.data.type !== 'stop') return this.stage?.command(event.data);
      this.stage = null;
      this.port.postMessage({ type: 'stopped' } satisfies PlayoutMessage);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    if (this.stage === null) return false;
    const channels = outputs[0];
    const first = channels?.[0];
    if (channels === undefined || first === undefined) return true;
    this.stage.pull(first, currentFrame);
    for (let i = 1; i < channels.length; i++) channels[i]?.set(first);
    return true;
  }
}

registerProcessor('voicewire-playout', PlayoutProcessor);
