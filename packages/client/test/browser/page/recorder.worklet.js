// This file taps what is played: it passes its input on and posts every sample of it, in blocks.
const BLOCK_SAMPLES = 4096;

class Recorder extends AudioWorkletProcessor {
  block = new Float32Array(BLOCK_SAMPLES);
  filled = 0;

  process(inputs, outputs) {
    const input = inputs[0][0];
    if (input === undefined) return true;
    outputs[0][0].set(input);
    for (const value of input) {
      this.block[this.filled++] = value;
      if (this.filled < BLOCK_SAMPLES) continue;
      this.port.postMessage(this.block);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('test-recorder', Recorder);
