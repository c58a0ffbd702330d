// This file is what a page needs only once its worklets are there: their nodes, and the clock of what they hear and play. It
// is loaded on demand, beside them.
export { CaptureNode } from './captureNode.ts';
export { ContextClock } from './contextClock.ts';
export { loadNeuralDetector } from './neuralDetector.ts';
export { PlayoutNode } from './playoutNode.ts';
