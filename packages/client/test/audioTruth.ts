// This file judges audio that went through the chain: the same signal, at one steady lag, nothing missing or doubled.
import { assertAtLeast, assertAtMost, findBestCorrelation } from '@voicewire/testkit';

export interface AudioTruth {
  /** Of the reference's pieces that hold speech, the lowest. */
  readonly correlation: number;
  /** Place of the reference's first piece in the signal. */
  readonly lagSamples: number;
}

export interface AudioLimits {
  readonly minCorrelation: number;
  /** How far a piece may lie from where the one before it says; a missing or doubled frame is 320 away. */
  readonly toleranceSamples: number;
  /**
   * Places where the lag may change, and the piece they fall into is not looked at. `later`: silences that a player
   * inserted because audio came late. `either`: a device that dropped or doubled sound of its own. Default none.
   */
  readonly jumps?: { readonly count: number; readonly direction: 'later' | 'either' };
}

/** Pieces that are looked at on their own: shorter ones have too little speech to line up. */
const PIECE_SAMPLES = 8_000;
/** Root mean square of −45 dBFS in int16: a piece below it is a pause. */
const MIN_PIECE_RMS = 180;
/** How far around the expected place a piece is looked for. */
const SEARCH_SAMPLES = 3_200;

/**
 * Finds each half second of `reference` in `signal`, in order and at a steady lag.
 * @throws {Error} naming the piece, its lag or correlation, and what was wanted.
 */
export function assertSameAudio(
  what: string,
  signal: ArrayLike<number>,
  reference: ArrayLike<number>,
  limits: AudioLimits,
): AudioTruth {
  const samples = Int16Array.from(reference);
  const starts = piecesWithSpeech(samples);
  if (starts.length === 0) throw new Error(`${what}: the reference holds no speech.`);
  let jumpsLeft = limits.jumps?.count ?? 0;
  let expectedLag: number | null = null;
  let firstLag = 0;
  let lowest = 1;
  // After a jump inside a piece the lag has changed by an unknown amount, which the next piece tells.
  let mayJump = false;
  for (const start of starts) {
    const found = findPiece(
      samples.subarray(start, start + PIECE_SAMPLES),
      signal,
      expectedLag === null ? null : start + expectedLag,
    );
    const lag = found.lagSamples - start;
    const shift: number = expectedLag === null ? 0 : lag - expectedLag;
    const isWhole = found.correlation >= limits.minCorrelation;
    const isJump =
      limits.jumps?.direction === 'either'
        ? Math.abs(shift) > limits.toleranceSamples
        : shift > limits.toleranceSamples;
    if (!mayJump && jumpsLeft > 0 && (isJump || !isWhole)) {
      jumpsLeft -= 1;
      mayJump = true;
    }
    if (!isWhole && mayJump) continue;
    assertAtLeast(`${what}: correlation of the piece at sample ${start}`, found.correlation, limits.minCorrelation, '');
    if (!(mayJump && isJump)) {
      assertAtMost(
        `${what}: shift of the piece at sample ${start}`,
        Math.abs(shift),
        limits.toleranceSamples,
        'samples',
      );
    }
    if (expectedLag === null) firstLag = lag;
    expectedLag = lag;
    mayJump = false;
    lowest = Math.min(lowest, found.correlation);
  }
  if (expectedLag === null) throw new Error(`${what}: none of its ${starts.length} pieces is in the signal.`);
  return { correlation: lowest, lagSamples: firstLag };
}

/** Without an expected place the whole signal is searched. */
function findPiece(piece: Int16Array, signal: ArrayLike<number>, expected: number | null) {
  const minOverlapSamples = PIECE_SAMPLES;
  if (expected === null) return findBestCorrelation(piece, signal, { minOverlapSamples });
  return findBestCorrelation(piece, signal, {
    minLagSamples: expected - SEARCH_SAMPLES,
    maxLagSamples: expected + SEARCH_SAMPLES,
    minOverlapSamples,
  });
}

function piecesWithSpeech(samples: Int16Array): number[] {
  const starts: number[] = [];
  for (let start = 0; start + PIECE_SAMPLES <= samples.length; start += PIECE_SAMPLES) {
    if (rmsOf(samples.subarray(start, start + PIECE_SAMPLES)) >= MIN_PIECE_RMS) starts.push(start);
  }
  return starts;
}

function rmsOf(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}
