// This file has ONNX Runtime judge the golden signals and writes golden.json: `pnpm golden:neural`.
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openNodeRuntime } from '../../bench/onnxRuntime.mjs';
import type { GoldenFile } from './goldenSignals.ts';
import { hopsOf, makeGoldenSignals } from './goldenSignals.ts';

describe('the golden frames', () => {
  test('test/neural/golden.json is written', { timeout: 300_000 }, async () => {
    const judge = await openNodeRuntime();
    const signals = [];
    for (const { name, samples } of makeGoldenSignals()) {
      judge.reset();
      const probabilities: number[] = [];
      for (const hop of hopsOf(samples)) probabilities.push(await judge.hear(hop));
      signals.push({ name, probabilities });
    }
    expect(signals.some(({ probabilities }) => Math.max(...probabilities) > 0.9)).toBe(true);
    const golden: GoldenFile = { runtime: `${judge.name} 1.30.0`, signals };
    writeFileSync(new URL('golden.json', import.meta.url), `${JSON.stringify(golden, null, 1)}\n`);
  });
});
