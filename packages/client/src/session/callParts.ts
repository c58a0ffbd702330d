// This file is what a session needs only once its devices are open: both ways of audio and the connection. A browser loads
// it on demand, with the worklets; elsewhere it is there from the start.
export { CallAudio } from './callAudio.ts';
export { Connections } from './connections.ts';
export { reduce } from './reduce.ts';
export { passOn } from './vendorEvents.ts';
