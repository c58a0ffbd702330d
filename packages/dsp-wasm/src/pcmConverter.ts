// This file converts whole arrays between float and int16 samples, through one small WebAssembly instance.
import { AudioFormatError } from './audioFormatError.ts';
import { checkAttached } from './blockLimits.ts';
import type { TpdfDither } from './dither.ts';
import type { Stage } from './load/stage.ts';
import { openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { MemoryMap } from './memory/memoryMap.ts';

/** Longer arrays go through in pieces of this length. */
const PIECE_SAMPLES = 4096;

export class PcmConverter {
  readonly #stage: Stage;
  /** Addresses of the samples on either side. */
  readonly #floats: number;
  readonly #integers: number;
  /** Views of the two regions by length, made when first needed. */
  readonly #views: (PieceViews | undefined)[] = [];

  constructor(module: WasmModule) {
    const map = new MemoryMap();
    this.#floats = map.reserve(PIECE_SAMPLES * 4);
    this.#integers = map.reserve(PIECE_SAMPLES * 2);
    this.#stage = openStage(module, map);
  }

  toInt16(
    input: Float32Array,
    output: Int16Array = new Int16Array(input.length),
    dither: TpdfDither | null = null,
  ): Int16Array {
    checkAttached(input);
    checkOutput(input.length, output.length);
    const { kernels } = this.#stage;
    const [from, to] = [this.#floats, this.#integers];
    for (let at = 0; at < input.length; at += PIECE_SAMPLES) {
      const count = Math.min(PIECE_SAMPLES, input.length - at);
      const { floats, integers } = this.#viewsOf(count);
      floats.set(pieceOf(input, at, count));
      if (dither === null) kernels.float32ToInt16(from, to, count);
      else kernels.float32ToInt16Dithered(from, to, count, dither.take(count));
      output.set(integers, at);
    }
    return output;
  }

  toFloat32(input: Int16Array, output: Float32Array = new Float32Array(input.length)): Float32Array {
    checkAttached(input);
    checkOutput(input.length, output.length);
    for (let at = 0; at < input.length; at += PIECE_SAMPLES) {
      const count = Math.min(PIECE_SAMPLES, input.length - at);
      const { floats, integers } = this.#viewsOf(count);
      integers.set(pieceOf(input, at, count));
      this.#stage.kernels.int16ToFloat32(this.#integers, this.#floats, count);
      output.set(floats, at);
    }
    return output;
  }

  #viewsOf(count: number): PieceViews {
    return (this.#views[count] ??= {
      floats: new Float32Array(this.#stage.buffer, this.#floats, count),
      integers: new Int16Array(this.#stage.buffer, this.#integers, count),
    });
  }
}

interface PieceViews {
  readonly floats: Float32Array;
  readonly integers: Int16Array;
}

/** An array of one piece is its own piece: no view is made for the short blocks of real-time audio. */
function pieceOf<T extends Float32Array | Int16Array>(
  array: T,
  from: number,
  count: number,
): T | ReturnType<T['subarray']> {
  return array.length === count ? array : (array.subarray(from, from + count) as ReturnType<T['subarray']>);
}

function checkOutput(expectedSamples: number, actualSamples: number): void {
  if (actualSamples >= expectedSamples) return;
  throw new AudioFormatError(
    'output-too-small',
    `The output holds ${actualSamples} samples but ${expectedSamples} are written.`,
    { actualSamples, expectedSamples },
  );
}
