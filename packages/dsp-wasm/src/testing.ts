// This file is the entry point for tests of detectors: what every one of them promises, for any test runner.
export type { VadCase, VadSubject } from './vadContract.ts';
export { VAD_CASES } from './vadContract.ts';
