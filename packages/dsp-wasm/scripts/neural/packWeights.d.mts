// This file types packWeights.mjs for the tests.
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
export interface PackedWeights {
  readonly matrices: Float32Array;
  readonly vectors: Float32Array;
}
export function packWeights(tensors: ReadonlyMap<string, Tensor>): PackedWeights;
