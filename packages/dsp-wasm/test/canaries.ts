// This file marks the bytes of a stage's memory that belong to nobody, and looks whether the marks are still there.
import { expect } from 'vitest';
import type { Stage } from '../src/load/stage.ts';
import { RESERVED_BYTES } from '../src/memory/memoryMap.ts';

const CANARY = 0xa5;

/** The bytes that belong to no region: before the first, between any two, and behind the last to the end of memory. */
function gapsOf({ buffer, regions }: Stage): Uint8Array[] {
  const edges = regions.map(({ offsetBytes, byteLength }) => [offsetBytes, offsetBytes + byteLength] as const);
  const starts = [RESERVED_BYTES, ...edges.map(([, end]) => end)];
  const ends = [...edges.map(([start]) => start), buffer.byteLength];
  return starts.map((start, i) => new Uint8Array(buffer).subarray(start, ends[i]));
}

export function setCanaries(stage: Stage): void {
  for (const gap of gapsOf(stage)) gap.fill(CANARY);
}

export function expectCanariesAlive(stage: Stage): void {
  for (const gap of gapsOf(stage)) {
    const at = gap.findIndex((byte) => byte !== CANARY);
    if (at >= 0) expect.fail(`Byte ${gap.byteOffset + at}, outside every region, was overwritten.`);
  }
}
