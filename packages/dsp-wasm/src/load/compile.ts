// This file compiles the kernels, at once for worklets or in the background for pages, with one typed error for both.
import { AudioFormatError } from '../audioFormatError.ts';
import type { WasmModule, WebAssemblyLike } from './webAssembly.ts';
import { findWebAssembly } from './webAssembly.ts';

/** Bytes of the kernels, or a module compiled from them (also one that came in a message or in `processorOptions`). */
export type WasmSource = Uint8Array | ArrayBuffer | WasmModule;

/** @throws {AudioFormatError} `wasm-unavailable` when the platform has no WebAssembly, or none with SIMD, or forbids it. */
export function compileSync(source: WasmSource): WasmModule {
  if (!isBytes(source)) return source;
  const { Module } = requireWebAssembly();
  try {
    return new Module(source);
  } catch (cause) {
    throw compileError(cause);
  }
}

/** As `compileSync`, off the calling thread where the platform can. */
export async function compile(source: WasmSource): Promise<WasmModule> {
  if (!isBytes(source)) return source;
  const platform = requireWebAssembly();
  try {
    return await platform.compile(source);
  } catch (cause) {
    throw compileError(cause);
  }
}

/** @throws {AudioFormatError} `wasm-unavailable`. */
export function requireWebAssembly(): WebAssemblyLike {
  const platform = findWebAssembly();
  if (platform !== undefined) return platform;
  throw new AudioFormatError('wasm-unavailable', 'This platform has no WebAssembly.');
}

function isBytes(source: WasmSource): source is Uint8Array | ArrayBuffer {
  return 'byteLength' in source;
}

function compileError(cause: unknown): AudioFormatError {
  return new AudioFormatError(
    'wasm-unavailable',
    "The kernels did not compile: they need WebAssembly SIMD and, in a content security policy, 'wasm-unsafe-eval'.",
    {},
    { cause },
  );
}
