// This file types sourceModel.mjs for the tests.
import type { PackedWeights } from './packWeights.d.mts';

export function readSourceModel(): Uint8Array;
export function packModel(model: Uint8Array): PackedWeights;
