// This file says which results are too close to the step of the clock that measured them.
import type { Run } from '../result/benchResult.ts';
import { fromDuration } from '../result/duration.ts';
import { STAGES } from '../result/stages.ts';

/** A median of fewer clock steps than this says more about the clock than about the stage. */
const LEAST_STEPS_COUNT = 10;

/** @param resolutionMs Smallest step of the clock; 0 for one without steps. */
export function doubtsAboutClock(stages: Run['stages'], resolutionMs: number): string[] {
  const tooShort = STAGES.filter((stage) => {
    const medianMs = fromDuration(stages[stage]?.p50 ?? 0);
    return medianMs > 0 && medianMs < LEAST_STEPS_COUNT * resolutionMs;
  });
  if (tooShort.length === 0) return [];
  return [
    `The clock has steps of ${resolutionMs} ms; less than ${LEAST_STEPS_COUNT} of them is the median of: ${tooShort.join(', ')}.`,
  ];
}
