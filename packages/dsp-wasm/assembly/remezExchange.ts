// This file is the Remez exchange: the cosine sum whose largest weighted error is the smallest possible.
//
// Parks and McClellan, "Chebyshev approximation for nonrecursive digital filters with linear phase", IEEE Trans. Circuit
// Theory 19 (1972); the barycentric form of the interpolation is theirs as well. Plain twin: test/reference/minimax.ts.
import { cosine } from './cosine';

/** Rows of f64 and one of i32, each with room for more points than any design here has (under 400). */
const ROW_BYTES: usize = 4096;
const X: usize = 0;
const WANTED: usize = ROW_BYTES;
const WEIGHT: usize = 2 * ROW_BYTES;
const ERROR: usize = 3 * ROW_BYTES;
const NODE_X: usize = 4 * ROW_BYTES;
const NODE_VALUE: usize = 5 * ROW_BYTES;
const NODE_FACTOR: usize = 6 * ROW_BYTES;
/** Indices of the grid's points that the sum is fitted to. */
const PEAKS: usize = 7 * ROW_BYTES;
export const EXCHANGE_BYTES: usize = 8 * ROW_BYTES;

/** Points of the grid per term of the sum, over the whole of the circle. */
const GRID_DENSITY: f64 = 16;
/** Enough is under a dozen; a grid too coarse to settle on must not go on for ever. */
const MOST_ROUNDS: i32 = 40;

/**
 * Adds the band between two frequencies, in turns per sample, to the grid, which has `count` points; returns how many it
 * has then. Closer towards both edges, where the extrema are: in x = cos ω, as those of a Chebyshev sum.
 *
 * For `wanted` 0 and 1 the error counts `weight` times. For -1 what is wanted is 1 / cos(ω/2), and the error counts
 * cos(ω/2) times: the sum is going to be multiplied by that.
 */
export function addBand(at: usize, count: i32, from: f64, to: f64, order: i32, wanted: f64, weight: f64): i32 {
  const steps = max<f64>(8, ceil((to - from) * <f64>order * GRID_DENSITY));
  const first = cosine(from);
  const last = cosine(to);
  for (let i: f64 = 0; i <= steps; i++) {
    const x = (first + last + (first - last) * cosine(i / (2 * steps))) / 2;
    const factor = sqrt((1 + x) / 2);
    const point = at + (<usize>count << 3);
    f64.store(point, x);
    f64.store(point, wanted < 0 ? 1 / factor : wanted, WANTED);
    f64.store(point, wanted < 0 ? factor : weight, WEIGHT);
    count++;
  }
  return count;
}

/** Fits Σ a_k · cos(kω), k up to `order`, to the `count` points of the grid; `valueAt` then gives it. */
export function approximate(at: usize, count: i32, order: i32): void {
  const nodeCount = order + 2;
  for (let i = 0; i < nodeCount; i++) {
    i32.store(at + (<usize>i << 2), (i * (count - 1)) / (order + 1), PEAKS);
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const deviation = levelErrors(at, nodeCount);
    let largest: f64 = 0;
    for (let i = 0; i < count; i++) {
      const point = at + (<usize>i << 3);
      const error = f64.load(point, WEIGHT) * (f64.load(point, WANTED) - valueAt(at, order, f64.load(point)));
      f64.store(point, error, ERROR);
      largest = max(largest, abs(error));
    }
    if (largest <= deviation * 1.001 || !findAlternation(at, count, nodeCount)) return;
  }
}

/** Value of the sum at x = cos ω. */
export function valueAt(at: usize, order: i32, x: f64): f64 {
  let above: f64 = 0;
  let below: f64 = 0;
  for (const end = at + (<usize>(order + 2) << 3); at < end; at += 8) {
    const distance = x - f64.load(at, NODE_X);
    if (distance == 0) return f64.load(at, NODE_VALUE);
    const factor = f64.load(at, NODE_FACTOR) / distance;
    above += factor * f64.load(at, NODE_VALUE);
    below += factor;
  }
  return above / below;
}

/** Makes the weighted errors at the peaks all of one size, with alternating signs; returns that size. */
function levelErrors(at: usize, nodeCount: i32): f64 {
  const end = at + (<usize>nodeCount << 3);
  let index = at;
  for (let node = at; node < end; node += 8, index += 4) f64.store(node, f64.load(gridPoint(at, index)), NODE_X);
  const last = f64.load(end - 8, NODE_X);
  let above: f64 = 0;
  let below: f64 = 0;
  let sign: f64 = 1;
  index = at;
  for (let node = at; node < end; node += 8, index += 4, sign = -sign) {
    const x = f64.load(node, NODE_X);
    // Differences of x are doubled, so that their products stay near 1 for any order.
    let product: f64 = 1;
    for (let other = at; other < end; other += 8) {
      if (other != node) product *= 2 * (x - f64.load(other, NODE_X));
    }
    const point = gridPoint(at, index);
    above += f64.load(point, WANTED) / product;
    below += sign / f64.load(point, WEIGHT) / product;
    // 0 for the last one: one point is left over, the others determine the sum.
    f64.store(node, (2 * (x - last)) / product, NODE_FACTOR);
  }
  const deviation = above / below;
  index = at;
  sign = deviation;
  for (let node = at; node < end; node += 8, index += 4, sign = -sign) {
    const point = gridPoint(at, index);
    f64.store(node, f64.load(point, WANTED) - sign / f64.load(point, WEIGHT), NODE_VALUE);
  }
  return abs(deviation);
}

// @ts-ignore: decorator
@inline
function gridPoint(at: usize, index: usize): usize {
  return at + (<usize>i32.load(index, PEAKS) << 3);
}

/** Where the error is largest in each run of one sign; of more runs than nodes, the smaller ones at the ends go. */
function findAlternation(at: usize, count: i32, nodeCount: i32): bool {
  let found: i32 = 0;
  let last: f64 = 0;
  for (let i = 0; i < count; i++) {
    const error = f64.load(at + (<usize>i << 3), ERROR);
    const isNewRun = i == 0 || error * last < 0;
    if (!isNewRun && abs(error) <= abs(last)) continue;
    if (isNewRun) found++;
    last = error;
    i32.store(at + (<usize>(found - 1) << 2), i, PEAKS);
  }
  let first = at;
  for (; found > nodeCount; found--) {
    if (errorAt(at, first) < errorAt(at, first + (<usize>(found - 1) << 2))) first += 4;
  }
  memory.copy(at + PEAKS, first + PEAKS, <usize>found << 2);
  return found == nodeCount;
}

function errorAt(at: usize, index: usize): f64 {
  return abs(f64.load(gridPoint(at, index), ERROR));
}
