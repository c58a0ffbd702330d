// This file makes results for tests: real summaries of values that the test chooses.
import type { SessionRecord } from '../src/conversation/sessionRecord.ts';
import { stagesOfAnswered, stagesOfFailed } from '../src/conversation/turnStages.ts';
import type { BenchResult, Run, TurnRecord } from '../src/result/benchResult.ts';
import { summarizeRun } from '../src/result/summarize.ts';

/** An answered turn whose responseWait is given; the rest is 0.02, 60 and 0 ms. */
export function makeTurn(turn: number, responseWait: number, bargeInMs: number | null = 8): TurnRecord {
  const parts = { responseWait, wireToDecoded: 0.02, decodedToJitterOut: 60, jitterOutToSpeaker: 0 };
  return { session: 1, turn, failure: null, stages: stagesOfAnswered(parts, bargeInMs) };
}

export function makeFailedTurn(turn: number, failure = 'no-answer'): TurnRecord {
  return { session: 1, turn, failure, stages: stagesOfFailed() };
}

export function makeRun(
  turns: readonly TurnRecord[],
  session: Partial<SessionRecord> = {},
  frame: Partial<Run> = {},
): Run {
  const settings = { turnsPerSession: turns.length, slotMs: 9100, answerLimitMs: 5000, interruptAfterMs: 500, seed: 1 };
  const target: Run['target'] = { kind: 'url', url: 'http://127.0.0.1:8787/' };
  return summarizeRun({ vendor: 'voice-api', target, settings, harnessLag: null, warnings: [], ...frame }, [
    { connectMs: 120, captureToWireMs: [0.1, 0.2, 0.3], warmupTurns: 1, turns, ...session },
  ]);
}

export function makeResult(...runs: Run[]): BenchResult {
  return {
    schemaVersion: 1,
    environment: {
      date: '2026-11-21T12:00:00.000Z',
      command: 'voicewire-bench run --turns 5',
      cpu: { model: 'Test CPU', coresCount: 2 },
      os: 'Linux 6.1 x64',
      node: 'v20.20.2',
      commit: null,
      loadAverage: 0.5,
      clock: { source: 'performance.now', resolutionMs: 0.00003 },
      percentiles: 'nearest rank',
    },
    input: {
      name: 'question.wav',
      sampleRate: 16_000,
      durationMs: 2735,
      endOfSpeechMs: 2435,
      endOfSpeechSource: 'sidecar',
    },
    runs,
  };
}
