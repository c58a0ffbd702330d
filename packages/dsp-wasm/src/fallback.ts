// This file holds the kernels for platforms whose WebAssembly has no SIMD. Nobody else loads it.
import { SCALAR_WASM_BASE64 } from './generated/scalarWasm.ts';
import { decodeBase64 } from './load/base64.ts';

/**
 * The kernels with every SIMD instruction replaced by scalar ones (scripts/scalar): the same samples, bit by bit, at
 * several times the cost. `loadDsp` takes them by itself where they are needed; in a worklet:
 *
 *     createDsp(hasWasmSimd() ? wasmBytes() : scalarWasmBytes())
 */
export function scalarWasmBytes(): Uint8Array<ArrayBuffer> {
  return decodeBase64(SCALAR_WASM_BASE64);
}
