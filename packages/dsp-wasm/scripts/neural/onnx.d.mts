// This file types onnx.mjs for the tests.
import type { Tensor } from './packWeights.d.mts';

export function readTensors(model: Uint8Array): Map<string, Tensor>;
