// This file converts whole arrays between float and int16 samples, through one small WebAssembly instance.
import { AudioFormatError } from './audioFormatError.ts';
import { checkAttached } from './blockLimits.ts';
import type { TpdfDither } from './dither.ts';
import type { Stage } from './load/stage.ts';
import { float32View, int16View, openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import type { Region } from './memory/memoryMap.ts';
import { MemoryMap } from './memory/memoryMap.ts';

/** Longer arrays go through in pieces of this length. */
const PIECE_SAMPLES = 4096;

export class PcmConverter {
  readonly #stage: Stage;
  readonly #floatRegion: Region;
  readonly #integerRegion: Region;
  /** Views of the two regions by length, made when first needed. */
  readonly #views: (PieceViews | undefined)[] = [];

  constructor(module: WasmModule) {
    const map = new MemoryMap();
    this.#floatRegion = map.reserve(PIECE_SAMPLES * 4);
    this.#integerRegion = map.reserve(PIECE_SAMPLES * 2);
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
    const [from, to] = [this.#floatRegion.offsetBytes, this.#integerRegion.offsetBytes];
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
      this.#stage.kernels.int16ToFloat32(this.#integerRegion.offsetBytes, this.#floatRegion.offsetBytes, count);
      output.set(floats, at);
    }
    return output;
  }

  #viewsOf(count: number): PieceViews {
    return (this.#views[count] ??= {
      floats: float32View(this.#stage, this.#floatRegion, count),
      integers: int16View(this.#stage, this.#integerRegion, count),
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
