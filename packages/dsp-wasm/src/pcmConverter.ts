// This file converts whole arrays between float and int16 samples, through one small WebAssembly instance.
import { AudioFormatError } from './audioFormatError.ts';
import { checkAttached } from './blockLimits.ts';
import type { TpdfDither } from './dither.ts';
import { openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { MemoryMap } from './memory/memoryMap.ts';
import { viewsByLength } from './views.ts';

/** Longer arrays go through in pieces of this length. */
const PIECE_SAMPLES = 4096;

/** Two methods of `Dsp`. */
export interface PcmConverter {
  readonly float32ToInt16: (input: Float32Array, output?: Int16Array, dither?: TpdfDither) => Int16Array;
  readonly int16ToFloat32: (input: Int16Array, output?: Float32Array) => Float32Array;
}

export function openPcmConverter(module: WasmModule): PcmConverter {
  const map = new MemoryMap();
  const floats = map.reserve(PIECE_SAMPLES * 4);
  const integers = map.reserve(PIECE_SAMPLES * 2);
  const { kernels, buffer } = openStage(module, map);
  const floatsOf = viewsByLength((length) => new Float32Array(buffer, floats, length));
  const integersOf = viewsByLength((length) => new Int16Array(buffer, integers, length));
  const makeIntegers = (count: number, dither?: TpdfDither): void => {
    if (dither) kernels.float32ToInt16Dithered(floats, integers, count, dither.take(count));
    else kernels.float32ToInt16(floats, integers, count);
  };
  const makeFloats = (count: number): void => kernels.int16ToFloat32(integers, floats, count);
  return {
    float32ToInt16: (input, output = new Int16Array(input.length), dither) =>
      convert(input, output, floatsOf, integersOf, makeIntegers, dither),
    int16ToFloat32: (input, output = new Float32Array(input.length)) =>
      convert(input, output, integersOf, floatsOf, makeFloats),
  };
}

type Samples = Float32Array | Int16Array;

function convert<T extends Samples>(
  input: Samples,
  output: T,
  inputOf: (count: number) => Samples,
  outputOf: (count: number) => Samples,
  run: (count: number, dither?: TpdfDither) => void,
  dither?: TpdfDither,
): T {
  checkAttached(input);
  const expectedSamples = input.length;
  const actualSamples = output.length;
  if (actualSamples < expectedSamples) {
    throw new AudioFormatError(
      'output-too-small',
      `The output holds ${actualSamples} samples but ${expectedSamples} are written.`,
      { actualSamples, expectedSamples },
    );
  }
  for (let at = 0; at < expectedSamples; at += PIECE_SAMPLES) {
    const count = Math.min(PIECE_SAMPLES, expectedSamples - at);
    // An array of one piece is its own piece: no view is made for the short blocks of real-time audio.
    inputOf(count).set(count === expectedSamples ? input : input.subarray(at, at + count));
    run(count, dither);
    output.set(outputOf(count), at);
  }
  return output;
}
