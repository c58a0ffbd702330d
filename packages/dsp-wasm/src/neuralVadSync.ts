// This file is the entry point of the neural detector for audio worklets, where nothing can be awaited or fetched.
export type { AudioFormatErrorCode, AudioFormatErrorDetails } from './audioFormatError.ts';
export { AudioFormatError } from './audioFormatError.ts';
export type { WasmSource } from './load/compile.ts';
export { NEURAL_GATE_PRESETS } from './neural/gatePresets.ts';
export type { NeuralVadAssets, NeuralVadSettings, OpenNeuralVadOptions } from './neural/openNeuralVad.ts';
export { openNeuralVad } from './neural/openNeuralVad.ts';
export type { SpeechGateEvent, SpeechGateOptions } from './speechGate.ts';
export { SpeechGate } from './speechGate.ts';
export type { Vad } from './vad.ts';
