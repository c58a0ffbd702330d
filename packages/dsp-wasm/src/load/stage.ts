// This file opens a stage: one WebAssembly instance with one memory of exactly the planned size, which never grows.
import type { MemoryMap, Region } from '../memory/memoryMap.ts';
import type { Kernels } from './kernels.ts';
import type { WasmModule } from './webAssembly.ts';
import { platformWebAssembly } from './webAssembly.ts';

/** Views of the memory stay valid for the life of the stage: its size is fixed, so the buffer is never replaced. */
export interface Stage<K = Kernels> {
  readonly kernels: K;
  readonly buffer: ArrayBuffer;
  readonly regions: readonly Region[];
}

export function openStage<K = Kernels>(module: WasmModule, { pageCount, regions, installs }: MemoryMap<K>): Stage<K> {
  const { Instance, Memory } = platformWebAssembly();
  const memory = new Memory({ initial: pageCount, maximum: pageCount });
  // The one place where the compiler's word is taken for what the module exports; a test compares names and arities.
  const kernels = new Instance(module, { env: { memory } }).exports as K;
  const { buffer } = memory;
  for (const install of installs) install(kernels, buffer);
  return { kernels, buffer, regions };
}
