// This file makes a detector when there is something to detect: each has a WebAssembly memory of its own, and many sessions
// never need one.
import type { SpeechDetector } from './hearing.ts';

/** A detector that is made at its first frame. @param create Makes it; called at most once. */
export function createLateDetector(create: () => SpeechDetector): SpeechDetector {
  let detector: SpeechDetector | undefined;
  return {
    process(frame) {
      detector ??= create();
      return detector.process(frame);
    },
    dispose() {
      detector?.dispose?.();
    },
  };
}
