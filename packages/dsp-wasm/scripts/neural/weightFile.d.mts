// This file types weightFile.mjs for the tests.
import type { PackedWeights } from './packWeights.d.mts';

export function encodeWeightFile(weights: PackedWeights, bits: 16 | 32, model: Uint8Array): Uint8Array<ArrayBuffer>;
export function toHalf(value: number): number;
