// This file types lowerModule.mjs for the tests.
export function lowerModule(wasm: Uint8Array): Uint8Array<ArrayBuffer>;
