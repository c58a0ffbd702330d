// This file cross-fades whole arrays, through one small WebAssembly instance.
import { AudioFormatError } from '../audioFormatError.ts';
import { checkAttached } from '../blockLimits.ts';
import type { Stage } from '../load/stage.ts';
import { openStage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';

/** Longer arrays go through in pieces of this length. */
const PIECE_SAMPLES = 4096;

export class CrossFader {
  readonly #stage: Stage;
  /** Addresses of what fades out and in; the latter is overwritten with the result. */
  readonly #from: number;
  readonly #to: number;
  readonly #fromSamples: Float32Array;
  readonly #toSamples: Float32Array;

  constructor(module: WasmModule) {
    const map = new MemoryMap();
    this.#from = map.reserve(PIECE_SAMPLES * 4);
    this.#to = map.reserve(PIECE_SAMPLES * 4);
    this.#stage = openStage(module, map);
    this.#fromSamples = new Float32Array(this.#stage.buffer, this.#from, PIECE_SAMPLES);
    this.#toSamples = new Float32Array(this.#stage.buffer, this.#to, PIECE_SAMPLES);
  }

  crossFade(from: Float32Array, to: Float32Array, output: Float32Array = new Float32Array(from.length)): Float32Array {
    checkAttached(from);
    checkAttached(to);
    const total = from.length;
    for (const { length } of [to, output]) {
      if (length < total) throw tooShort(length, total);
    }
    for (let at = 0; at < total; at += PIECE_SAMPLES) {
      const count = Math.min(PIECE_SAMPLES, total - at);
      this.#fromSamples.set(from.subarray(at, at + count));
      this.#toSamples.set(to.subarray(at, at + count));
      this.#stage.kernels.crossFade(this.#from, this.#to, this.#to, count, at, total);
      output.set(this.#toSamples.subarray(0, count), at);
    }
    return output;
  }
}

function tooShort(actualSamples: number, expectedSamples: number): AudioFormatError {
  const message = `An array holds ${actualSamples} samples; a cross-fade over ${expectedSamples} needs as many.`;
  return new AudioFormatError('output-too-small', message, { actualSamples, expectedSamples });
}
