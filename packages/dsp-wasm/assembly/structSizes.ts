// This file tells the host how many bytes it must reserve, so that a test can compare them with the memory map.
import { CaptureChain } from './captureChain';
import { DESIGN_WORK_BYTES } from './filterDesign';
import { spectralVadBytes } from './spectralVad';
import { LaneFilter } from './laneFilter';
import { Resampler } from './resampler';
import { RowFilter } from './rowFilter';

/** Of a Resampler, LaneFilter, RowFilter, CaptureChain, SpectralVad and the room that designs take; 0 to 5 in this order. */
export function structBytes(kind: i32): i32 {
  if (kind == 0) return offsetof<Resampler>();
  if (kind == 1) return offsetof<LaneFilter>();
  if (kind == 2) return offsetof<RowFilter>();
  if (kind == 3) return offsetof<CaptureChain>();
  return kind == 4 ? spectralVadBytes() : DESIGN_WORK_BYTES;
}
