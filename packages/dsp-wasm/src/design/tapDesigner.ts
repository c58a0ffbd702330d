// This file runs the kernels that design taps, in an instance and a memory that are dropped when a stage's filters are made.
import { openStage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';

/** Room that the kernels work in; a test compares it with what the kernels say. */
export const DESIGN_WORK_BYTES = 98_304;
/** Of any filter here: 20,479 from 11,025 to 192,000 Hz. */
const MOST_TAPS = 20_480;

/** Low-passes with an odd number of symmetric taps. Frequencies are ratios of the rate that the taps run at. */
export interface TapDesigner {
  /** `pairCount` taps that are not zero on either side of the one in the centre, which is `gain` / 2. */
  halfBand(pairCount: number, passEdge: number, gain: number): Float64Array;
  /**
   * Least largest error, which counts `passWeight` times up to `passEdge`; 2 · `halfLength` + 1 taps. What is stopped are
   * bands of 2/3 `stopEdge` that begin there and every 4/3 of it.
   */
  minimax(halfLength: number, passEdge: number, stopEdge: number, passWeight: number, gain: number): Float64Array;
  /** A sinc under a Kaiser window; as many taps. */
  windowed(halfLength: number, cutoff: number, beta: number, gain: number): Float64Array;
  /** The same magnitude response with the least delay that it allows, which is given at one frequency. */
  minimumPhase(taps: Float64Array, gain: number, frequency: number): { taps: Float64Array; delaySamples: number };
}

export function openTapDesigner(module: WasmModule): TapDesigner {
  const map = new MemoryMap();
  const at = map.reserve(MOST_TAPS * 8);
  const work = map.reserve(DESIGN_WORK_BYTES);
  const { kernels, buffer } = openStage(module, map);
  const row = new Float64Array(buffer, at);
  const finish = (count: number, gain: number, frequency = 0) => ({
    delaySamples: kernels.finishTaps(at, count, gain, frequency),
    taps: row.slice(0, count),
  });
  return {
    halfBand(pairCount, passEdge, gain) {
      kernels.designHalfBand(at, work, pairCount, passEdge, gain);
      return row.slice(0, 4 * pairCount - 1);
    },
    minimax(halfLength, passEdge, stopEdge, passWeight, gain) {
      kernels.designLowPass(at, work, halfLength, passEdge, stopEdge, passWeight);
      return finish(2 * halfLength + 1, gain).taps;
    },
    windowed(halfLength, cutoff, beta, gain) {
      kernels.designWindowed(at, halfLength, cutoff, beta);
      return finish(2 * halfLength + 1, gain).taps;
    },
    minimumPhase(taps, gain, frequency) {
      row.set(taps);
      kernels.toMinimumPhase(at, work, taps.length);
      return finish(taps.length, gain, frequency);
    },
  };
}
