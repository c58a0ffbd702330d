// This file stands in for `@voicewire/dsp-wasm/wasm` in the worklets that only browsers without WebAssembly SIMD load.
export { scalarWasmBytes as wasmBytes } from '@voicewire/dsp-wasm/fallback';
