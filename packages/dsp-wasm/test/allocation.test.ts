import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { expect, test } from 'vitest';

interface Probe {
  readonly frames: number;
  /** Of the stages with large listeners: whether their memory did. */
  readonly hasGrown: readonly boolean[];
  readonly bytesPerQuantum: Readonly<Record<string, number>>;
}

// A young generation larger than everything allocated in one run: no collection hides garbage from the reading.
const NODE_OPTIONS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

async function runProbe(): Promise<Probe> {
  const script = fileURLToPath(new URL('./allocationProbe.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_OPTIONS, script]);
  return JSON.parse(stdout) as Probe;
}

test('100000 quanta cost less than 0.1 byte of JS heap each, garbage included, and the memory stays what it was', async () => {
  const { frames, hasGrown, bytesPerQuantum } = await runProbe();
  expect(frames).toBeGreaterThan(100_000);
  const { 'an object per 8 quanta (must show)': control, ...stages } = bytesPerQuantum;
  assertAtLeast('an object per 8 quanta', control ?? 0, 1, 'bytes per quantum');
  expect(Object.keys(stages).length).toBe(16);
  for (const [stage, bytes] of Object.entries(stages)) assertAtMost(stage, bytes, 0.1, 'bytes per quantum');
  expect(hasGrown).toEqual(Array.from({ length: 6 }, () => false));
}, 120_000);
