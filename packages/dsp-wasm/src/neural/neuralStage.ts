// This file plans the memory of the neural detector, puts its weights there, and runs its kernel.
import type { Stage } from '../load/stage.ts';
import { openStage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';
import type { WeightFile } from './weightFile.ts';
import { joinPlanes, MATRIX_FLOATS, VECTOR_FLOATS } from './weightFile.ts';

/** What the neural detector's module exports; documented in assembly/neural. */
export interface NeuralKernels {
  heapBase(): number;
  neuralVadBytes(): number;
  expandHalves(halves: number, output: number, count: number): void;
  initNeuralVad(at: number, weights: number, input: number, spreadSamples: number, maxGain: number): void;
  resetNeuralVad(at: number): void;
  hearSamples(this: void, at: number, count: number): void;
}

export interface NeuralShape {
  /** Longest block at 16 kHz. */
  readonly maxInputSamples: number;
  /** 0 to 512. */
  readonly spreadSamples: number;
  /** 1 or more. */
  readonly maxGain: number;
}

/** Bytes of the kernel's struct and what lies behind it, rounded up; a test compares it with what the kernel says. */
export const NEURAL_STRUCT_BYTES = 19_008;

export class NeuralStage {
  readonly stage: Stage<NeuralKernels>;
  readonly #struct: number;
  readonly #input: Float32Array;
  /**
   * The first of the struct's fields is the score, the second the gain. Read here, where a getter's number could land on the
   * heap: on an audio thread.
   */
  readonly fields: Float32Array;
  readonly #hearSamples: NeuralKernels['hearSamples'];

  constructor(module: WasmModule, weights: WeightFile, { maxInputSamples, spreadSamples, maxGain }: NeuralShape) {
    const map = new MemoryMap<NeuralKernels>();
    const at = map.reserve((MATRIX_FLOATS + VECTOR_FLOATS) * 4);
    this.#struct = map.reserve(NEURAL_STRUCT_BYTES);
    const input = map.reserve(maxInputSamples * 4);
    this.stage = openStage(module, map);
    const { kernels, buffer } = this.stage;
    install(this.stage, at, weights);
    kernels.initNeuralVad(this.#struct, at, input, spreadSamples, maxGain);
    this.#hearSamples = kernels.hearSamples;
    this.#input = new Float32Array(buffer, input, maxInputSamples);
    this.fields = new Float32Array(buffer, this.#struct, 2);
  }

  /** 0..1. */
  get score(): number {
    return this.fields[0] ?? 0;
  }

  /** Factor on the samples of the last hop. */
  get gain(): number {
    return this.fields[1] ?? 1;
  }

  /** @param block At 16 kHz; its length has been checked. */
  feed(block: Float32Array): void {
    this.#input.set(block);
    this.#hearSamples(this.#struct, block.length);
  }

  reset(): void {
    this.stage.kernels.resetNeuralVad(this.#struct);
  }
}

function install({ kernels, buffer }: Stage<NeuralKernels>, at: number, weights: WeightFile): void {
  const place = new Uint8Array(buffer, at, (MATRIX_FLOATS + VECTOR_FLOATS) * 4);
  place.set(weights.vectors, MATRIX_FLOATS * 4);
  if (weights.bitsPerWeight === 32) {
    place.set(weights.matrices);
    return;
  }
  // Half floats take the second half of the room for what they become, and are widened from the front on.
  const halves = MATRIX_FLOATS * 2;
  joinPlanes(weights.matrices, place.subarray(halves, 2 * halves));
  kernels.expandHalves(at + halves, at, MATRIX_FLOATS);
}
