import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { expect, test } from 'vitest';

interface Probe {
  readonly frames: number;
  readonly bytesPerQuantum: Readonly<Record<string, number>>;
}

// A young generation larger than everything allocated in one run: no collection hides garbage from the reading.
const NODE_OPTIONS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

async function runProbe(): Promise<Probe> {
  const script = fileURLToPath(new URL('./allocationProbe.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_OPTIONS, script]);
  return JSON.parse(stdout) as Probe;
}

test('100000 quanta of 128 samples cost less than 0.1 byte of JS heap each, garbage included', async () => {
  const { frames, bytesPerQuantum } = await runProbe();
  expect(frames).toBeGreaterThan(100_000);
  const { 'an object per 8 quanta (must show)': control, ...stages } = bytesPerQuantum;
  assertAtLeast('an object per 8 quanta', control ?? 0, 1, 'bytes per quantum');
  expect(Object.keys(stages).length).toBe(5);
  for (const [stage, bytes] of Object.entries(stages)) assertAtMost(stage, bytes, 0.1, 'bytes per quantum');
});
