// This file runs in the audio thread: it feeds the microphone's quanta to the capture stage.
import { createDsp } from '@voicewire/dsp-wasm/sync';
import { wasmBytes } from '@voicewire/dsp-wasm/wasm';
import { CaptureStage, type CaptureCommand, type CaptureMessage } from './captureStage.ts';
import { describeFault } from './fault.ts';

class CaptureProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
  private stage: CaptureStage | null = null;

  constructor() {
    super();
    try {
      this.stage = new CaptureStage(createDsp(wasmBytes()), sampleRate, (message) => this.port.postMessage(message));
      this.port.postMessage({ type: 'ready' } satisfies CaptureMessage);
    } catch (fault) {
      this.port.postMessage({ type: 'failed', ...describeFault(fault) } satisfies CaptureMessage);
    }
    this.port.onmessage = (event: MessageEvent<CaptureCommand>) => {
      if (event.data.type !== 'stop') return;
      this.stage?.stop();
      this.stage = null;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    if (this.stage === null) return false;
    // No channel means that nothing is connected (yet); the node mixes down to one.
    const block = inputs[0]?.[0];
    if (block !== undefined) this.stage.process(block, currentFrame);
    return true;
  }
}

registerProcessor('voicewire-capture', CaptureProcessor);
