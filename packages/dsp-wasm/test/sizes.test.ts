import { describe, expect, test } from 'vitest';
import { weighHost, weighKernels, weighKernelsWithoutVad, weighNeuralVad } from '../scripts/weigh.mjs';

describe('what a page downloads, gzipped', () => {
  test('kernels for resampling, conversion and framing: at most 5 kB; with the detector: at most 16 kB', () => {
    const [without, all] = [weighKernelsWithoutVad().gzipBytes, weighKernels().gzipBytes];
    expect(without).toBeGreaterThan(1000);
    expect(without).toBeLessThanOrEqual(5000);
    expect(all).toBeGreaterThan(without);
    expect(all).toBeLessThanOrEqual(16_000);
  });

  // 5000 were aimed at: docs/sizes.md says what is left, and why.
  test.each([
    ['export { loadDsp }', 'index'],
    ['export { createDsp }', 'sync'],
  ])('%s from %s: wrapper and filter design at most 6.1 kB', async (imports, entry) => {
    const { gzipBytes, files } = await weighHost(imports, entry, { withModel: false });
    expect(files).toContain('captureChain.ts');
    expect(gzipBytes).toBeGreaterThan(1000);
    expect(gzipBytes).toBeLessThanOrEqual(6100);
  });

  test('the neural detector: at most 400 kB with Brotli, weights, kernel and host; nothing of it comes with loadDsp', async () => {
    const parts = await weighNeuralVad();
    const brotliBytes = parts.reduce((sum, part) => sum + part.brotliBytes, 0);
    expect(brotliBytes).toBeGreaterThan(380_000);
    expect(brotliBytes).toBeLessThanOrEqual(400_000);
    const { files } = await weighHost('export *', 'index', { withModel: true });
    expect(files.filter((file) => file.includes('neural'))).toEqual([]);
  });
});
