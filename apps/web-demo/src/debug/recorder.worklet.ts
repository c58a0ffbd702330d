// This file runs in the audio thread in debug mode: it copies what is about to be heard to the main thread.

class RecorderProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
  process(inputs: Float32Array[][]): boolean {
    // No channel: nothing is connected to it, so nothing is being played.
    const block = inputs[0]?.[0];
    if (block !== undefined) this.port.postMessage(block);
    return true;
  }
}

registerProcessor('voicewire-recorder', RecorderProcessor);
