// This file tells the host how many bytes the player's structs take, so that a test can compare them with the memory map.
import { Concealer } from './concealer';
import { GainRamp } from './fade';
import { TimeStretch } from './timeStretch';

/** Of a TimeStretch, Concealer and GainRamp; 0 to 2 in this order. */
export function playerStructBytes(kind: i32): i32 {
  if (kind == 0) return offsetof<TimeStretch>();
  return kind == 1 ? offsetof<Concealer>() : offsetof<GainRamp>();
}
