// This file declares the little of WebAssembly that is used, so that no platform's type library is needed.
//
// Browsers, AudioWorkletGlobalScope and Node all have it; their library types would bring the rest of the platform along.

/** A `WebAssembly.Module`. Opaque: it is compiled here or passed in by the caller, and only ever instantiated. */
export type WasmModule = object;

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmInstance {
  readonly exports: object;
}

export interface WebAssemblyLike {
  validate(bytes: Uint8Array | ArrayBuffer): boolean;
  compile(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule>;
  readonly Module: new (bytes: Uint8Array | ArrayBuffer) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: { env: { memory: WasmMemory } }) => WasmInstance;
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
}

/** The platform's WebAssembly. Where there is none, whatever is asked of it throws a TypeError. */
export function platformWebAssembly(): WebAssemblyLike {
  return (globalThis as unknown as { readonly WebAssembly: WebAssemblyLike }).WebAssembly;
}

/** Whether the platform can run such a module; false where it has no WebAssembly. Never throws. */
export function canRun(bytes: Uint8Array | ArrayBuffer): boolean {
  const platform: WebAssemblyLike | undefined = platformWebAssembly();
  return platform?.validate(bytes) === true;
}
