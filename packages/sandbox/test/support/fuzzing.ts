// This file says how much the fuzz tests of all vendors do, from which seed, and what memory they may keep.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assertAtMost } from '@voicewire/testkit';

/** Frames over all vendors together: 200,000 in CI, 5,000,000 in `pnpm nightly`. */
const TOTAL_FRAMES = Number(process.env['VOICEWIRE_FUZZ_FRAMES'] ?? 200_000);
/** By what a frame costs: each vendor takes about as long as the others. */
const SHARES = { voiceApi: 0.5, amigo: 0.35, soca: 0.15 };

/** Of all vendors; printed in the names of the tests. */
export const FUZZ_SEED = Number(process.env['VOICEWIRE_FUZZ_SEED'] ?? 20_261_122);

export const FUZZ_FRAMES = {
  voiceApi: Math.ceil(TOTAL_FRAMES * SHARES.voiceApi),
  amigo: Math.ceil(TOTAL_FRAMES * SHARES.amigo),
  soca: Math.ceil(TOTAL_FRAMES * SHARES.soca),
};

/** Requests to the Voice API and to Soca each, and to the HTTP API of Amigo, beside the frames. */
export const FUZZ_REQUESTS = { each: Math.ceil(TOTAL_FRAMES / 20), amigoNotes: Math.ceil(TOTAL_FRAMES / 100) };

/** For one test: even a machine that is busy with other things does a frame in 5 ms. */
export const FUZZ_TIMEOUT_MS = 60_000 + 5 * TOTAL_FRAMES;

/** Heap that the second half of a run may add to the first one's, in MB: the ledger fills up, and is bounded. */
const MAX_GROWTH_MB = 24;

// Vitest's workers do not expose it; heap figures mean nothing with garbage in them.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Heap in use once the garbage is gone, in MB. */
export function measureHeapMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

/**
 * Runs `step` `count` times.
 *
 * @throws {Error} When the heap grew by more than 24 MB in the second half.
 */
export function fuzz(count: number, step: (i: number) => void): void {
  const half = count >> 1;
  for (let i = 0; i < half; i++) step(i);
  const atHalfMb = measureHeapMb();
  for (let i = half; i < count; i++) step(i);
  assertAtMost('heap added by the second half', measureHeapMb() - atHalfMb, MAX_GROWTH_MB, 'MB');
}
