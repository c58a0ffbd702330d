// This file is what the player's stages have in common: a block is copied in, a kernel runs, a view of the output comes back.
import { checkBlock, maxInputSamplesOf } from '../blockLimits.ts';
import type { Stage } from '../load/stage.ts';
import { openStage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import type { MemoryMap } from '../memory/memoryMap.ts';
import { viewsByLength } from '../views.ts';

/** Addresses in a stage's memory. */
export interface BlockPlaces {
  readonly maxInputSamples: number;
  readonly input: number;
  readonly output: number;
}

export interface BlockStage {
  /** For tests that look at the memory. */
  readonly stage: Stage;
  /** Copies a block to the input; returns its length. @throws {AudioFormatError} `input-too-long` or `detached-input`. */
  readonly take: (block: Float32Array) => number;
  /** A view of so many samples of the output. */
  readonly give: (sampleCount: number) => Float32Array;
}

/** @throws {AudioFormatError} `invalid-max-input`. */
export function planBlocks(
  map: MemoryMap,
  options: { readonly maxInputSamples?: number },
  outputSamplesOf: (inputSamples: number) => number = (inputSamples) => inputSamples,
): BlockPlaces {
  const maxInputSamples = maxInputSamplesOf(options);
  const input = map.reserve(maxInputSamples * 4);
  return { maxInputSamples, input, output: map.reserve(outputSamplesOf(maxInputSamples) * 4) };
}

export function openBlockStage(
  module: WasmModule,
  map: MemoryMap,
  { maxInputSamples, input, output }: BlockPlaces,
): BlockStage {
  const stage = openStage(module, map);
  const samples = new Float32Array(stage.buffer, input, maxInputSamples);
  return {
    stage,
    take(block) {
      checkBlock(block, maxInputSamples);
      samples.set(block);
      return block.length;
    },
    give: viewsByLength((length) => new Float32Array(stage.buffer, output, length)),
  };
}
