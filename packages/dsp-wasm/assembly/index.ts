// This file lists what the host may call: functions over addresses and counts, nothing else crosses the boundary.
//
// The module allocates nothing and has no state of its own. The host plans the memory (src/memory), writes filter
// coefficients into it, and passes the addresses of the structs that live there. Every function is total: counts are
// checked by the host before the call, and nothing here traps on any sample value.
export { captureBlock, captureTail, initCaptureChain, resetCaptureChain } from './captureChain';
export { float32ToInt16, float32ToInt16Dithered, int16ToFloat32 } from './convert';
export { designHalfBand, designLowPass, designWindowed, finishTaps, toMinimumPhase } from './filterDesign';
export { initLanes } from './laneFilter';
export { concealBlock, initConcealer, passBlock, resetConcealer } from './player/concealer';
export { applyGain, crossFade, initGain, rampGain } from './player/fade';
export { playerStructBytes } from './player/structSizes';
export { heldSamples, initStretch, resetStretch, setStretchStep, stretchBlock, stretchTail } from './player/timeStretch';
export { initRows } from './rowFilter';
export { initResampler, resample, resampleTail, resetResampler } from './resampler';
export { initVad } from './spectralVad';
export { structBytes } from './structSizes';

/** First byte that the compiler has not claimed for itself; the host's memory map starts above it. */
export function heapBase(): usize {
  return __heap_base;
}
