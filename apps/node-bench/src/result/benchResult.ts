// This file defines what a benchmark writes: the shape of its JSON, and the check for reading one back.
import * as v from 'valibot';
import { BenchError } from '../benchError.ts';
import { STAGES } from './stages.ts';

/** Raised when a field changes its meaning or goes; readers refuse versions they do not know. */
export const SCHEMA_VERSION = 1;

const Milliseconds = v.pipe(v.number(), v.finite());
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const DurationSchema = v.union([Milliseconds, v.literal('inf')]);

const StageSummarySchema = v.object({
  unit: v.literal('ms'),
  /** Values behind the percentiles, failed turns included. */
  count: v.pipe(Count, v.minValue(1)),
  min: DurationSchema,
  p50: DurationSchema,
  p90: DurationSchema,
  p95: DurationSchema,
  p99: DurationSchema,
  max: DurationSchema,
});

const TurnRecordSchema = v.object({
  /** Counted from 1. */
  session: Count,
  /** Counted from 1, warm-up turns left out. */
  turn: Count,
  /** Why the turn failed, or null. */
  failure: v.nullable(v.string()),
  stages: v.object({
    responseWait: DurationSchema,
    wireToDecoded: DurationSchema,
    decodedToJitterOut: DurationSchema,
    jitterOutToSpeaker: DurationSchema,
    /** The sum of the four above. */
    timeToFirstAudio: DurationSchema,
    /** Null when nothing was playing any more at the time of `interrupt()`: nothing to measure, and no failure. */
    bargeInToSilence: v.nullable(DurationSchema),
  }),
});

const RunSchema = v.object({
  vendor: v.string(),
  /** Conversations at the same time. */
  sessions: Count,
  /** Measured turns of all sessions, failed ones included. */
  turns: Count,
  failedTurns: Count,
  /** Turns of all sessions that were spoken first and left out. */
  warmupTurns: Count,
  target: v.object({
    kind: v.picklist(['embedded-sandbox', 'url', 'virtual-sandbox']),
    /** Without credentials, query and fragment. */
    url: v.optional(v.string()),
    /** What the server was set to wait for by itself, where that is known; part of `responseWait`. */
    configuredWaitMs: v.optional(Milliseconds),
  }),
  settings: v.object({
    turnsPerSession: Count,
    /** From one turn's start to the next one's. */
    slotMs: Milliseconds,
    answerLimitMs: Milliseconds,
    /** From the first audible agent sample to `interrupt()`; up to 10 ms more, another part of them in each turn. */
    interruptAfterMs: Milliseconds,
    seed: v.number(),
  }),
  /** Stages without a single value are left out. */
  stages: v.record(v.picklist(STAGES), StageSummarySchema),
  turnRecords: v.array(TurnRecordSchema),
  /** Raw values of what is not measured per turn. */
  samples: v.object({ connect: v.array(DurationSchema), captureToWire: v.array(Milliseconds) }),
  /** CPU time of the bench's process, the client's included, ÷ time: 1 is one core. Null on a virtual clock. */
  coreRatio: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0)))),
  /** How late the bench's own event loop was; null on a virtual clock, which is never late. */
  harnessLag: v.nullable(v.object({ p50: Milliseconds, p95: Milliseconds, p99: Milliseconds, max: Milliseconds })),
  warnings: v.array(v.string()),
});

const BenchResultSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION),
  environment: v.object({
    date: v.string(),
    command: v.string(),
    cpu: v.object({ model: v.string(), coresCount: Count }),
    os: v.string(),
    node: v.string(),
    /** Of the repository the bench was run from, `+` behind it when files had been changed; null outside of one. */
    commit: v.nullable(v.string()),
    /** Mean number of busy or waiting threads over the last minute, before the run. */
    loadAverage: v.number(),
    clock: v.object({ source: v.string(), resolutionMs: v.number() }),
    percentiles: v.string(),
  }),
  input: v.object({
    name: v.string(),
    sampleRate: v.number(),
    durationMs: Milliseconds,
    /** From the first sample of the file to the end of the user's speech in it. */
    endOfSpeechMs: Milliseconds,
    endOfSpeechSource: v.picklist(['sidecar', 'detector']),
  }),
  runs: v.array(RunSchema),
});

export type StageSummary = v.InferOutput<typeof StageSummarySchema>;
export type TurnRecord = v.InferOutput<typeof TurnRecordSchema>;
export type Run = v.InferOutput<typeof RunSchema>;
export type BenchResult = v.InferOutput<typeof BenchResultSchema>;

/**
 * Reads a result that a bench has written.
 *
 * @param name What to call it in the error.
 * @throws {BenchError} `result-invalid`, which names the first field that is wrong.
 */
export function parseBenchResult(text: string, name: string): BenchResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BenchError('result-invalid', `"${name}" is no JSON. Give a file that \`run --json\` wrote.`, cause);
  }
  const parsed = v.safeParse(BenchResultSchema, json);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue) ?? '(whole file)';
  throw new BenchError(
    'result-invalid',
    `"${name}" is no result of this version: at ${path}, wanted ${issue.expected ?? 'something else'}, ` +
      `found ${issue.received}. Give a file that \`run --json\` wrote.`,
  );
}

/** A list of durations as `JSON.stringify` breaks it over lines. */
const DURATION_LIST = /\[\s+(?:(?:-?[\d.e+-]+|"inf"),?\s+)+\]/g;

/** The text of the JSON file: indented, but with thousands of raw values on one line, where they belong. */
export function formatBenchResult(result: BenchResult): string {
  const indented = JSON.stringify(result, null, 2);
  return `${indented.replace(DURATION_LIST, (list) => list.replace(/\s+/g, ' '))}\n`;
}
