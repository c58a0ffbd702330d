// This file holds the compiled kernels inside the package, for bundles that cannot fetch: worklets, strict pages.
import { DSP_WASM_BASE64 } from './generated/dspWasm.ts';
import { decodeBase64 } from './load/base64.ts';

/** The WebAssembly bytes, decoded anew on each call. For `createDsp` of `@voicewire/dsp-wasm/sync`. */
export function wasmBytes(): Uint8Array<ArrayBuffer> {
  return decodeBase64(DSP_WASM_BASE64);
}
