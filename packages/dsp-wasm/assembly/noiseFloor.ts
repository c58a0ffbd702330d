// This file follows the noise floor of each band: the lowest smoothed level of the last 2 to 2.2 s.
import { BAND_COUNT } from './filterBank';

const HOPS_PER_WINDOW: i32 = 10;
const WINDOW_COUNT: i32 = 10;
/** Hops after which the windows are written over from the first. */
export const HOPS_PER_ROUND: i32 = HOPS_PER_WINDOW * WINDOW_COUNT;
/** Weight of a new level: about 100 ms. Without smoothing the floor would be the deepest dip of the noise. */
const SMOOTHING_RATIO: f64 = 0.2;
const ROW_BYTES: usize = <usize>BAND_COUNT * 8;
/** The smoothed levels, the running window's minima, then those of the ten complete windows before it. */
export const FLOOR_BYTES: usize = <usize>(WINDOW_COUNT + 2) * ROW_BYTES;
const RUNNING: usize = ROW_BYTES;
const COMPLETE: usize = 2 * ROW_BYTES;

export function resetFloor(state: usize): void {
  for (let at: usize = 0; at < FLOOR_BYTES; at += 8) f64.store(state + at, f64.MAX_VALUE);
}

/**
 * Minimum statistics after R. Martin (2001): takes hop number `hop` (from 0) into account. `levels` are the bands'
 * levels in dB. Writes each band's floor in dB to `floors`.
 */
export function trackFloor(state: usize, levels: usize, floors: usize, hop: i32): void {
  const closesWindow = hop % HOPS_PER_WINDOW == HOPS_PER_WINDOW - 1;
  const oldest = state + COMPLETE + <usize>((hop / HOPS_PER_WINDOW) % WINDOW_COUNT) * ROW_BYTES;
  for (let band: usize = 0; band < ROW_BYTES; band += 16) {
    const smoothed = smooth(v128.load(state + band), v128.load(levels + band));
    v128.store(state + band, smoothed);
    const running = f64x2.min(v128.load(state + RUNNING + band), smoothed);
    let floor = running;
    for (let row = COMPLETE; row < FLOOR_BYTES; row += ROW_BYTES) {
      floor = f64x2.min(floor, v128.load(state + row + band));
    }
    v128.store(floors + band, floor);
    if (closesWindow) v128.store(oldest + band, running);
    v128.store(state + RUNNING + band, closesWindow ? f64x2.splat(f64.MAX_VALUE) : running);
  }
}

/** The first level is taken as it is. */
// @ts-ignore: decorator
@inline
function smooth(before: v128, level: v128): v128 {
  const moved = f64x2.add(before, f64x2.mul(f64x2.splat(SMOOTHING_RATIO), f64x2.sub(level, before)));
  return v128.bitselect(moved, level, f64x2.lt(before, f64x2.splat(f64.MAX_VALUE)));
}
