// This file measures a detector on labelled clips: scores on a 10 ms grid, triggers in noise, time to the first frames.

/** One clip with the score of each hop of 20 ms, stamped with the hop's own time: a detector's delay is not forgiven. */
export interface ScoredClip {
  readonly path: string;
  readonly kind: string;
  readonly scores: readonly number[];
  readonly segments: readonly (readonly [startS: number, endS: number])[];
  /** False where labels run ahead of the voice, so that times to the first frame mean nothing. */
  readonly hasOnsets: boolean;
}

/** One point of the 10 ms grid. */
export interface GridPoint {
  readonly score: number;
  readonly isSpeech: boolean;
}

/** Kinds whose labels say where speech is; back-channels at low level (`manual-hard`) are not judged. */
const SPEECH_KINDS: ReadonlySet<string> = new Set(['manual', 'forced', 'derived-energy', 'mix']);
const HOP_S = 0.02;
const GRID_S = 0.01;
/** Silence before a segment that makes its start an onset, and below the threshold that arms a trigger again. */
const ONSET_SILENCE_S = 0.4;
const REARM_HOPS = 15;
export const THRESHOLD = 0.5;

export function gridPoints(clips: readonly ScoredClip[]): GridPoint[] {
  return clips
    .filter(({ kind }) => SPEECH_KINDS.has(kind))
    .flatMap(({ scores, segments }) =>
      scores.flatMap((score, t) =>
        [0.5, 1.5].map((offset) => {
          const timeS = t * HOP_S + offset * GRID_S;
          return { score, isSpeech: segments.some(([startS, endS]) => startS <= timeS && timeS < endS) };
        }),
      ),
    );
}

/** Probability that a point of speech scores higher than one of something else; ties count half. */
export function rocAuc(points: readonly GridPoint[]): number {
  const sorted = [...points].sort((a, b) => a.score - b.score);
  let speechRanks = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end++;
    for (let i = start; i < end; i++) if (sorted[i]?.isSpeech === true) speechRanks += (start + end + 1) / 2;
    start = end;
  }
  const speech = points.filter((point) => point.isSpeech).length;
  return (speechRanks - (speech * (speech + 1)) / 2) / (speech * (points.length - speech));
}

/** At `THRESHOLD`. */
export function frameRatios(points: readonly GridPoint[]): { precision: number; recall: number; f1: number } {
  const hits = points.filter(({ score, isSpeech }) => score >= THRESHOLD && isSpeech).length;
  const active = points.filter(({ score }) => score >= THRESHOLD).length;
  const speech = points.filter(({ isSpeech }) => isSpeech).length;
  return { precision: hits / active, recall: hits / speech, f1: (2 * hits) / (active + speech) };
}

/** Runs of `ruleHops` hops at or above the threshold, armed again after 300 ms below, per minute of `nonspeech` clips. */
export function falseTriggersPerMinute(clips: readonly ScoredClip[], ruleHops: number): number {
  const noise = clips.filter(({ kind }) => kind === 'nonspeech');
  const triggers = noise.reduce((sum, { scores }) => sum + countTriggers(scores, ruleHops), 0);
  const seconds = noise.reduce((sum, { scores }) => sum + scores.length * HOP_S, 0);
  return (60 * triggers) / seconds;
}

function countTriggers(scores: readonly number[], ruleHops: number): number {
  let run = 0;
  let below = REARM_HOPS;
  let isArmed = true;
  let count = 0;
  for (const score of scores) {
    run = score >= THRESHOLD ? run + 1 : 0;
    below = score >= THRESHOLD ? 0 : below + 1;
    if (below >= REARM_HOPS) isArmed = true;
    if (run >= ruleHops && isArmed) {
      count++;
      isArmed = false;
    }
  }
  return count;
}

/**
 * Time from a label's start to the end of the hop that completes the rule, in ms, one per segment after 400 ms of
 * non-speech. A segment during which the detector was already active, or never becomes so, is left out.
 */
export function onsetsMs(clips: readonly ScoredClip[], ruleHops: number): number[] {
  return clips
    .filter(({ kind, hasOnsets }) => SPEECH_KINDS.has(kind) && hasOnsets)
    .flatMap(({ scores, segments }) =>
      segments
        .filter(([startS], i) => startS - (segments[i - 1]?.[1] ?? 0) >= ONSET_SILENCE_S)
        .flatMap(([startS, endS]) => onsetMs(scores, startS, endS, ruleHops) ?? []),
    );
}

function onsetMs(scores: readonly number[], startS: number, endS: number, ruleHops: number): number | null {
  const first = Math.floor(startS / HOP_S);
  if ((scores[first - 1] ?? 0) >= THRESHOLD) return null;
  let run = 0;
  for (let t = first; t <= Math.floor(endS / HOP_S) && t < scores.length; t++) {
    run = (scores[t] ?? 0) >= THRESHOLD ? run + 1 : 0;
    if (run === ruleHops) return ((t + 1) * HOP_S - startS) * 1000;
  }
  return null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
