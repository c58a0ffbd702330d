// This file finds out whether the platform's WebAssembly knows SIMD.
import { canRun } from './webAssembly.ts';

/** A module with one function, which splats and counts bits: valid where SIMD is, and nowhere else. */
const PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

/**
 * True where `wasmBytes()` can run; else `scalarWasmBytes()` of `@voicewire/dsp-wasm/fallback` can, unless there is no
 * WebAssembly at all. Only validates, so a content security policy does not matter, nor does it change the answer.
 */
export function hasWasmSimd(): boolean {
  return canRun(PROBE);
}
