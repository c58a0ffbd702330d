// This file compiles the kernels, at once for worklets or in the background for pages, with one typed error for both.
import { AudioFormatError } from '../audioFormatError.ts';
import type { WasmModule } from './webAssembly.ts';
import { platformWebAssembly } from './webAssembly.ts';

/** Bytes of the kernels, or a module compiled from them (also one that came in a message or in `processorOptions`). */
export type WasmSource = Uint8Array | ArrayBuffer | WasmModule;

/** @throws {AudioFormatError} `wasm-unavailable` when the platform has no WebAssembly, or none with SIMD, or forbids it. */
export function compileSync(source: WasmSource): WasmModule {
  if (!isBytes(source)) return source;
  try {
    return new (platformWebAssembly().Module)(source);
  } catch (cause) {
    throw compileError(cause);
  }
}

/** As `compileSync`, off the calling thread where the platform can. */
export async function compile(source: WasmSource): Promise<WasmModule> {
  if (!isBytes(source)) return source;
  try {
    return await platformWebAssembly().compile(source);
  } catch (cause) {
    throw compileError(cause);
  }
}

function isBytes(source: WasmSource): source is Uint8Array | ArrayBuffer {
  return 'byteLength' in source;
}

/** @param cause Where there is no WebAssembly at all, a TypeError that says so. */
function compileError(cause: unknown): AudioFormatError {
  return new AudioFormatError(
    'wasm-unavailable',
    "The kernels need WebAssembly, with SIMD, and 'wasm-unsafe-eval' in a content security policy.",
    {},
    { cause },
  );
}
