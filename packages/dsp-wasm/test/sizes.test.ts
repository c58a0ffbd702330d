import { describe, expect, test } from 'vitest';
import { weighCaptureKernels, weighHost, weighKernels, weighNeuralVad } from '../scripts/weigh.mjs';

describe('what a page downloads, gzipped', () => {
  test('kernels for resampling, conversion and framing: at most 5 kB; with the detector and the player: at most 16 kB, of which 8.2 are taken', () => {
    const [without, all] = [weighCaptureKernels().gzipBytes, weighKernels().gzipBytes];
    expect(without).toBeGreaterThan(1000);
    expect(without).toBeLessThanOrEqual(5000);
    expect(all).toBeGreaterThan(without);
    expect(all).toBeLessThanOrEqual(8200);
  });

  test.each([
    ['export { loadDsp }', 'index'],
    ['export { createDsp }', 'sync'],
  ])('%s from %s: wrapper and filter design at most 5 kB', async (imports, entry) => {
    const { gzipBytes, files } = await weighHost(imports, entry, []);
    expect(files).toContain('captureChain.ts');
    expect(gzipBytes).toBeGreaterThan(1000);
    expect(gzipBytes).toBeLessThanOrEqual(5000);
  });

  test('the player’s stages add at most 1.4 kB to them', async () => {
    const [without, withPlayer] = await Promise.all(
      [[], ['player'] as const].map((parts) => weighHost('export { loadDsp }', 'index', parts)),
    );
    expect(withPlayer?.files).toContain('player/timeStretch.ts');
    expect((withPlayer?.gzipBytes ?? 0) - (without?.gzipBytes ?? 0)).toBeLessThanOrEqual(1400);
  });

  test('the neural detector: at most 400 kB with Brotli, weights, kernel and host; nothing of it comes with loadDsp', async () => {
    const parts = await weighNeuralVad();
    const brotliBytes = parts.reduce((sum, part) => sum + part.brotliBytes, 0);
    expect(brotliBytes).toBeGreaterThan(380_000);
    expect(brotliBytes).toBeLessThanOrEqual(400_000);
    const { files } = await weighHost('export *', 'index', ['model', 'player']);
    expect(files.filter((file) => file.includes('neural'))).toEqual([]);
  });
});
