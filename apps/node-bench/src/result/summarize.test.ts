import { describe, expect, test } from 'vitest';
import { makeFailedTurn, makeRun, makeTurn } from '../../test/makeResult.ts';
import { STAGES } from './stages.ts';
import { valuesOf } from './summarize.ts';

const answered = (count: number) => Array.from({ length: count }, (_, i) => makeTurn(i + 1, 700 + i));

describe('summarizeRun', () => {
  test('10 answered turns: counts, exact ranks, unit ms', () => {
    const run = makeRun(answered(10));
    expect(run.stages.responseWait).toEqual({
      unit: 'ms',
      count: 10,
      min: 700,
      p50: 704,
      p90: 708,
      p95: 709,
      p99: 709,
      max: 709,
    });
    expect([run.turns, run.failedTurns, run.warmupTurns, run.sessions]).toEqual([10, 0, 1, 1]);
    expect(Object.keys(run.stages)).toEqual([...STAGES]);
  });

  test('2 failed turns of 10 are "inf" from p90 on in every stage of a turn, and counted', () => {
    const run = makeRun([...answered(8), makeFailedTurn(9), makeFailedTurn(10)]);
    expect(run.failedTurns).toBe(2);
    for (const stage of [
      'responseWait',
      'wireToDecoded',
      'decodedToJitterOut',
      'jitterOutToSpeaker',
      'timeToFirstAudio',
      'bargeInToSilence',
    ] as const) {
      const summary = run.stages[stage];
      expect(summary?.count, stage).toBe(10);
      expect([summary?.p90, summary?.p95, summary?.p99, summary?.max], stage).toEqual(['inf', 'inf', 'inf', 'inf']);
      expect(summary?.p50, stage).not.toBe('inf');
    }
    expect(run.stages.connect?.max).toBe(120);
    expect(run.stages.captureToWire?.max).toBe(0.3);
  });

  test('when every turn failed, even the minimum is "inf"', () => {
    expect(makeRun([makeFailedTurn(1)]).stages.timeToFirstAudio).toEqual({
      unit: 'ms',
      count: 1,
      min: 'inf',
      p50: 'inf',
      p90: 'inf',
      p95: 'inf',
      p99: 'inf',
      max: 'inf',
    });
  });

  test('a session that never connected is infinite in connect', () => {
    const run = makeRun([makeFailedTurn(1, 'connect-failed')], { connectMs: Infinity, captureToWireMs: [] });
    expect(run.stages.connect?.p50).toBe('inf');
    expect(run.stages.captureToWire).toBeUndefined();
    expect(run.samples.connect).toEqual(['inf']);
  });

  test('a turn with nothing left to interrupt is not counted in bargeInToSilence, and did not fail', () => {
    const run = makeRun([makeTurn(1, 700, null), makeTurn(2, 710, 9)]);
    expect(run.stages.bargeInToSilence?.count).toBe(1);
    expect(run.failedTurns).toBe(0);
  });

  test('raw values give the summary again', () => {
    const run = makeRun([...answered(3), makeFailedTurn(4)]);
    expect(valuesOf(run, 'responseWait')).toEqual([700, 701, 702, Infinity]);
    expect(valuesOf(run, 'captureToWire')).toEqual([0.1, 0.2, 0.3]);
  });
});
