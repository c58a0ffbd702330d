// This file measures a speech gate on scored clips: false starts, how late it notices, and utterances that it breaks.
import type { SpeechGateOptions } from '../src/speechGate.ts';
import { SpeechGate } from '../src/speechGate.ts';
import type { ScoredClip } from './vadScoring.ts';
import { median } from './vadScoring.ts';

export interface MeasuredGate {
  readonly falseStartsPerMinute: number;
  /** Medians from a label's start or end to the event. */
  readonly startDelayMs: number;
  readonly endDelayMs: number;
  /** Ends in the middle of an utterance. */
  readonly splitCount: number;
  readonly utteranceCount: number;
}

type Span = readonly [startS: number, endS: number];

const HOP_S = 0.02;
/** Labels that start and end with the voice. */
const EXACT_KINDS: ReadonlySet<string> = new Set(['forced', 'derived-energy', 'mix']);
const UTTERANCE_GAP_S = 0.5;
/** Silence before an utterance that makes its start one for every gate, hold-over included. */
const FRESH_START_S = 0.8;
/** How far an end may be from its label's: labels of energy and a network's idea of an end differ. */
const END_SLACK_S = 0.15;

export function measureGate(clips: readonly ScoredClip[], options: SpeechGateOptions): MeasuredGate {
  const noise = clips.filter(({ kind }) => kind === 'nonspeech');
  const noiseS = noise.reduce((sum, { scores }) => sum + scores.length * HOP_S, 0);
  const falseStarts = noise.reduce((sum, { scores }) => sum + runGate(scores, options).starts.length, 0);
  const judged = clips
    .filter(({ kind }) => EXACT_KINDS.has(kind))
    .map(({ scores, segments }) => {
      const { starts, ends } = runGate(scores, options);
      return judgeClip(joinSpans(segments), starts, ends);
    });
  return {
    falseStartsPerMinute: (60 * falseStarts) / noiseS,
    startDelayMs: median(judged.flatMap(({ startDelaysMs }) => startDelaysMs)),
    endDelayMs: median(judged.flatMap(({ endDelaysMs }) => endDelaysMs)),
    splitCount: judged.reduce((sum, { splitCount }) => sum + splitCount, 0),
    utteranceCount: judged.reduce((sum, { utteranceCount }) => sum + utteranceCount, 0),
  };
}

/** When the events came, and for ends also what they say. */
function runGate(scores: readonly number[], options: SpeechGateOptions) {
  const gate = new SpeechGate(options);
  const starts: number[] = [];
  const ends: { readonly atS: number; readonly endS: number }[] = [];
  for (const [t, score] of scores.entries()) {
    const event = gate.process(score);
    if (event?.type === 'speechStarted') starts.push((t + 1) * HOP_S);
    if (event?.type === 'speechEnded') ends.push({ atS: (t + 1) * HOP_S, endS: event.endMs / 1000 });
  }
  return { starts, ends };
}

function judgeClip(utterances: readonly Span[], starts: readonly number[], ends: ReturnType<typeof runGate>['ends']) {
  const startDelaysMs: number[] = [];
  const endDelaysMs: number[] = [];
  let splitCount = 0;
  for (const [i, [startS, endS]] of utterances.entries()) {
    const isFresh = startS - (utterances[i - 1]?.[1] ?? -FRESH_START_S) >= FRESH_START_S;
    const start = starts.find((atS) => atS >= startS - HOP_S && atS <= endS);
    if (isFresh && start !== undefined) startDelaysMs.push((start - startS) * 1000);
    splitCount += ends.filter((end) => end.endS > startS && end.endS < endS - END_SLACK_S && end.atS < endS).length;
    const nextS = utterances[i + 1]?.[0] ?? Infinity;
    const end = ends.find((each) => each.endS >= endS - 2 * END_SLACK_S && each.endS <= nextS);
    if (end !== undefined) endDelaysMs.push((end.atS - endS) * 1000);
  }
  return { startDelaysMs, endDelaysMs, splitCount, utteranceCount: utterances.length };
}

function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const [startS, endS] of spans) {
    const last = joined.at(-1);
    if (last !== undefined && startS - last[1] < UTTERANCE_GAP_S) joined[joined.length - 1] = [last[0], endS];
    else joined.push([startS, endS]);
  }
  return joined;
}
