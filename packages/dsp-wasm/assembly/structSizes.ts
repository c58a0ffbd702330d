// This file tells the host how many bytes each struct needs, so that a test can compare them with the memory map.
import { CaptureChain } from './captureChain';
import { spectralVadBytes } from './spectralVad';
import { LaneFilter } from './laneFilter';
import { Resampler } from './resampler';
import { RowFilter } from './rowFilter';

export function resamplerBytes(): i32 {
  return offsetof<Resampler>();
}

export function laneFilterBytes(): i32 {
  return offsetof<LaneFilter>();
}

export function rowFilterBytes(): i32 {
  return offsetof<RowFilter>();
}

export function captureChainBytes(): i32 {
  return offsetof<CaptureChain>();
}

export function vadBytes(): i32 {
  return spectralVadBytes();
}
