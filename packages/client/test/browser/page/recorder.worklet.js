// This file taps a place in the audio graph: it passes its input on and posts every sample of it, in blocks. Once its
// source has started, quanta without sound are recorded as silence, so that time stays true.
const BLOCK_SAMPLES = 4096;

class Recorder extends AudioWorkletProcessor {
  block = new Float32Array(BLOCK_SAMPLES);
  filled = 0;
  silence = null;

  constructor() {
    super();
    this.port.onmessage = () => this.port.postMessage({ last: this.block.slice(0, this.filled) });
  }

  process(inputs, outputs) {
    const input = inputs[0][0];
    if (input !== undefined) {
      outputs[0][0].set(input);
      this.silence ??= new Float32Array(input.length);
      this.take(input);
    } else if (this.silence !== null) {
      this.take(this.silence);
    }
    return true;
  }

  take(samples) {
    for (const value of samples) {
      this.block[this.filled++] = value;
      if (this.filled < BLOCK_SAMPLES) continue;
      this.port.postMessage(this.block);
      this.filled = 0;
    }
  }
}

registerProcessor('test-recorder', Recorder);
