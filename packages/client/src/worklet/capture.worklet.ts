// This file runs in the audio thread: it feeds the microphone's quanta to the capture stage.
import { createDsp } from '@voicewire/dsp-wasm/sync';
import { openNeuralVad } from '@voicewire/dsp-wasm/neural-vad/sync';
import { wasmBytes } from '@voicewire/dsp-wasm/wasm';
import {
  CaptureStage,
  FRAME_SAMPLE_RATE,
  type CaptureCommand,
  type CaptureMessage,
  type CaptureOptions,
} from './captureStage.ts';
import { describeFault } from './fault.ts';

class CaptureProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
  private stage: CaptureStage | null = null;

  constructor({ processorOptions: { neuralVad } }: { processorOptions: CaptureOptions }) {
    super();
    try {
      const post = (message: CaptureMessage): void => this.port.postMessage(message);
      // It has 35 µs of work every 32 ms, of the 2.7 ms of a quantum: nothing that would have to be spread.
      const detector = neuralVad === null ? null : openNeuralVad(neuralVad, { sampleRate: FRAME_SAMPLE_RATE }).stage;
      this.stage = new CaptureStage(createDsp(wasmBytes()), sampleRate, quantumSamples(), post, detector);
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
    // One channel, as the node mixes down; none while the source delivers nothing.
    this.stage.process(inputs[0]?.[0], currentFrame);
    return true;
  }
}

/** 128 wherever the browser does not let it be chosen, and so does not say. */
function quantumSamples(): number {
  const chosen: unknown = Reflect.get(globalThis, 'renderQuantumSize');
  return typeof chosen === 'number' ? chosen : 128;
}

registerProcessor('voicewire-capture', CaptureProcessor);
