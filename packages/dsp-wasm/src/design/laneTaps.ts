// This file lays a polyphase filter out for the kernel whose SIMD lanes are outputs: streams of samples, taps side by side.
import type { RateRatio } from '../sampleRates.ts';
import type { PolyphaseFilter } from './polyphaseFilter.ts';

/** Outputs per period that the kernel can work on together without running out of registers. */
const MOST_OUTPUTS = 3;
/** Beyond this, distributing the samples over the streams costs more than the lanes gain. */
const MOST_STREAMS = 12;

export interface LaneTaps {
  /** [stream][age, oldest first][output], as assembly/laneFilter.ts describes. */
  readonly taps: Float32Array;
  /** Per output and stream. */
  readonly tapCount: number;
}

export function fitsLanes({ up, down }: RateRatio): boolean {
  return up <= MOST_OUTPUTS && down <= MOST_STREAMS;
}

/** The same taps as the filter's rows, so that both kernels compute the same conversion. */
export function layOutLanes(filter: PolyphaseFilter, { up, down }: RateRatio): LaneTaps {
  const positionOf = (output: number): number => Math.floor((output * down) / up);
  // Tap j of a row meets the sample this far from the period's first one; not later than its output.
  const placeOf = (output: number, j: number): number => positionOf(output) - (filter.tapCount - 1) + j;
  const tapAt = (output: number, j: number): number => filter.rows[output * filter.tapCount + j] ?? 0;
  let oldest = 0;
  for (let output = 0; output < up; output++) {
    let j = 0;
    while (tapAt(output, j) === 0) j++;
    oldest = Math.min(oldest, placeOf(output, j));
  }
  const oldestPeriod = Math.floor(oldest / down);
  const tapCount = 1 - oldestPeriod;
  const taps = new Float32Array(down * tapCount * up);
  for (let stream = 0; stream < down; stream++) {
    for (let age = 0; age < tapCount; age++) {
      const place = (oldestPeriod + age) * down + stream;
      for (let output = 0; output < up; output++) {
        const j = place - placeOf(output, 0);
        const isOutside = j < 0 || j >= filter.tapCount;
        taps[(stream * tapCount + age) * up + output] = isOutside ? 0 : tapAt(output, j);
      }
    }
  }
  return { taps, tapCount };
}
