// This file lists what the host may call of the neural detector's module: addresses and counts, nothing else.
//
// As in the other module, nothing is allocated, there is no state but the structs that the host has made room for, and no
// sample value traps.
export { expandHalves } from './halfFloats';
export { hearSamples, initNeuralVad, neuralVadBytes, resetNeuralVad } from './neuralVad';

/** First byte that the compiler has not claimed for itself; the host's memory map starts above it. */
export function heapBase(): usize {
  return __heap_base;
}
