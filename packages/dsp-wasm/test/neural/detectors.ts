// This file opens neural detectors in tests: with SIMD or without, with the shipped weights or those as trained.
import { readFileSync } from 'node:fs';
import { packModel, readSourceModel } from '../../scripts/neural/sourceModel.mjs';
import { encodeWeightFile } from '../../scripts/neural/weightFile.mjs';
import { NEURAL_SCALAR_WASM_BASE64 } from '../../src/generated/neuralScalarWasm.ts';
import { NEURAL_WASM_BASE64 } from '../../src/generated/neuralWasm.ts';
import { decodeBase64 } from '../../src/load/base64.ts';
import { compileSync } from '../../src/load/compile.ts';
import type { NeuralStage } from '../../src/neural/neuralStage.ts';
import type { NeuralVadAssets, OpenNeuralVadOptions } from '../../src/neural/openNeuralVad.ts';
import { openNeuralVad } from '../../src/neural/openNeuralVad.ts';
import type { Vad } from '../../src/vad.ts';

export const SHIPPED_WEIGHTS = new Uint8Array(readFileSync(new URL('../../assets/sileroVadV6.bin', import.meta.url)));
export const SIMD: NeuralVadAssets = {
  kernel: compileSync(decodeBase64(NEURAL_WASM_BASE64)),
  weights: SHIPPED_WEIGHTS,
};
export const SCALAR: NeuralVadAssets = { ...SIMD, kernel: compileSync(decodeBase64(NEURAL_SCALAR_WASM_BASE64)) };

/** The kernel with the weights that the pinned model holds, not rounded to half floats. */
export function trainedAssets(): NeuralVadAssets {
  const model = readSourceModel();
  return { ...SIMD, weights: encodeWeightFile(packModel(model), 32, model) };
}

export function open(
  options: Partial<OpenNeuralVadOptions> = {},
  assets = SIMD,
): Vad & { readonly stage: NeuralStage } {
  return openNeuralVad(assets, { sampleRate: 16_000, ...options });
}

/** The score after each block. */
export function scoresOf(vad: Vad, blocks: readonly (Float32Array | Int16Array)[]): number[] {
  return blocks.map((block) => vad.process(block));
}
