// This file is what the player's stages have in common: a block is copied in, a kernel runs, a view of the output comes back.
import { checkBlock } from '../blockLimits.ts';
import type { Stage } from '../load/stage.ts';
import { openStage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import type { MemoryMap } from '../memory/memoryMap.ts';
import { OwnedStage } from '../ownedStage.ts';

/** Addresses in a stage's memory. */
export interface BlockPlaces {
  readonly struct: number;
  /** Room for `maxInputSamples`. */
  readonly input: number;
  readonly output: number;
}

export class BlockStage extends OwnedStage<Stage> {
  protected readonly places: BlockPlaces;
  readonly #block: Float32Array;
  /** Views of the output, by length: making one costs more than most kernels take. */
  readonly #views: (Float32Array | undefined)[] = [];

  protected constructor(
    title: string,
    module: WasmModule,
    map: MemoryMap,
    places: BlockPlaces,
    maxInputSamples: number,
  ) {
    super(title, openStage(module, map));
    this.places = places;
    this.#block = new Float32Array(this.owned.buffer, places.input, maxInputSamples);
  }

  /** For tests that look at the memory. */
  get stage(): Stage {
    return this.owned;
  }

  /** @throws {AudioFormatError} `disposed`, `input-too-long` or `detached-input`. */
  protected take(block: Float32Array): Stage {
    const stage = this.owned;
    checkBlock(block, this.#block.length);
    this.#block.set(block);
    return stage;
  }

  protected give(sampleCount: number): Float32Array {
    return (this.#views[sampleCount] ??= new Float32Array(this.owned.buffer, this.places.output, sampleCount));
  }
}
