// This file designs taps in plain TypeScript, on the platform's own mathematics: what the kernels' designs are compared with.
import type { TapDesigner } from '../../src/design/tapDesigner.ts';
import { kaiserWeight } from './kaiserWindow.ts';
import { approximate } from './minimax.ts';
import { groupDelayAt, toMinimumPhase } from './minimumPhase.ts';

/** Points of the grid per tap. */
const GRID_DENSITY = 16;

export const referenceTapDesigner: TapDesigner = {
  // G(ω) = 2cos(ω/2) · P(cos ω) is 1 up to the pass edge; the half-band filter is (1 + G(2ω)) / 2.
  halfBand(pairCount, passEdge, gain) {
    const grid = makeGrid(0, passEdge, pairCount).map(({ frequency, x }) => {
      const factor = Math.cos(Math.PI * frequency);
      return { x, wanted: 1 / factor, weight: factor };
    });
    const valueAt = approximate(grid, pairCount - 1);
    const half = sampleTaps((f) => valueAt(Math.cos(2 * Math.PI * f)) * Math.cos(Math.PI * f), 2 * pairCount);
    const taps = new Float64Array(4 * pairCount - 1);
    for (const [k, tap] of half.entries()) taps[2 * k] = (tap * gain) / 2;
    taps[2 * pairCount - 1] = gain / 2;
    return taps;
  },

  minimax(halfLength, passEdge, stopEdge, passWeight, gain) {
    const valueAt = approximate(
      [
        ...makeGrid(0, passEdge, halfLength).map(({ x }) => ({ x, wanted: 1, weight: passWeight })),
        ...stopBands(stopEdge).flatMap(([from, to]) =>
          makeGrid(from, to, halfLength).map(({ x }) => ({ x, wanted: 0, weight: 1 })),
        ),
      ],
      halfLength,
    );
    const taps = sampleTaps((f) => valueAt(Math.cos(2 * Math.PI * f)), 2 * halfLength + 1);
    return scale(taps, gain);
  },

  windowed(halfLength, cutoff, beta, gain) {
    const taps = new Float64Array(2 * halfLength + 1);
    for (let offset = 0; offset <= halfLength; offset++) {
      const tap = sinc(2 * cutoff * offset) * kaiserWeight(offset / (halfLength + 1), beta);
      taps[halfLength - offset] = tap;
      taps[halfLength + offset] = tap;
    }
    return scale(taps, gain);
  },

  minimumPhase(taps, gain, frequency) {
    const early = scale(toMinimumPhase(taps), gain);
    return { taps: early, delaySamples: groupDelayAt(early, frequency) };
  },
};

/** 3 to 5, 7 to 9 and so on, in units of a third of the first edge. */
function stopBands(stopEdge: number): [number, number][] {
  const unit = stopEdge / 3;
  const count = Math.ceil((1 / 2 - stopEdge) / (4 * unit));
  return Array.from({ length: count }, (_, i) => {
    const from = (3 + 4 * i) * unit;
    return [from, Math.min(from + 2 * unit, 1 / 2)];
  });
}

/** A gain of so much at 0 Hz. */
function scale(taps: Float64Array, gain: number): Float64Array {
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => (tap * gain) / sum);
}

/** A band as a grid for the exchange, closer towards both edges, where the extrema are: in x, as those of a Chebyshev sum. */
function makeGrid(from: number, to: number, order: number): { frequency: number; x: number }[] {
  const steps = Math.max(8, Math.ceil((to - from) * order * GRID_DENSITY));
  const [first, last] = [Math.cos(2 * Math.PI * from), Math.cos(2 * Math.PI * to)];
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = (first + last) / 2 + ((first - last) / 2) * Math.cos((Math.PI * i) / steps);
    return { frequency: Math.acos(x) / (2 * Math.PI), x };
  });
}

/** Taps of linear phase from their zero-phase response: the inverse Fourier transform of as many samples of it. */
function sampleTaps(responseAt: (frequency: number) => number, count: number): Float64Array {
  const response = Array.from({ length: count }, (_, k) => responseAt(k / count));
  return Float64Array.from({ length: count }, (_, n) => {
    const angle = (2 * Math.PI * (n - (count - 1) / 2)) / count;
    return response.reduce((sum, value, k) => sum + value * Math.cos(angle * k), 0) / count;
  });
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
