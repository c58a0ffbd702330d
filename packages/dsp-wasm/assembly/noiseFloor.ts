// This file follows the noise floor of each band: the quietest hop of the last 2 to 2.2 s.
import { BAND_COUNT } from './filterBank';

const HOPS_PER_WINDOW: i32 = 10;
const WINDOW_COUNT: i32 = 10;
const ROW_BYTES: usize = <usize>BAND_COUNT * 8;
/** The running window's minima, then those of the ten complete windows before it. */
export const FLOOR_BYTES: usize = <usize>(WINDOW_COUNT + 1) * ROW_BYTES;

export function resetFloor(minima: usize): void {
  for (let at: usize = 0; at < FLOOR_BYTES; at += 8) f64.store(minima + at, f64.MAX_VALUE);
}

/**
 * Takes hop number `hop` (from 0) into account: `levels` are the bands' levels in dB.
 * Writes each band's floor in dB to `floors`.
 */
export function trackFloor(minima: usize, levels: usize, floors: usize, hop: i32): void {
  const closesWindow = hop % HOPS_PER_WINDOW == HOPS_PER_WINDOW - 1;
  const oldest = minima + ROW_BYTES + <usize>((hop / HOPS_PER_WINDOW) % WINDOW_COUNT) * ROW_BYTES;
  for (let band: usize = 0; band < ROW_BYTES; band += 16) {
    const running = f64x2.min(v128.load(minima + band), v128.load(levels + band));
    let floor = running;
    for (let row = ROW_BYTES; row < FLOOR_BYTES; row += ROW_BYTES) {
      floor = f64x2.min(floor, v128.load(minima + row + band));
    }
    v128.store(floors + band, floor);
    if (closesWindow) v128.store(oldest + band, running);
    v128.store(minima + band, closesWindow ? f64x2.splat(f64.MAX_VALUE) : running);
  }
}
