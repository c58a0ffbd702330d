import { describe, expect, test } from 'vitest';
import { makeFailedTurn, makeResult, makeRun, makeTurn } from '../../test/makeResult.ts';
import { formatBenchResult, parseBenchResult } from './benchResult.ts';

const RESULT = makeResult(makeRun([makeTurn(1, 700), makeFailedTurn(2)]));

/** A result with one field, named by its path, replaced. */
function spoil(path: string, value: unknown): string {
  const result = JSON.parse(JSON.stringify(RESULT)) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, result);
  parent[last] = value;
  return JSON.stringify(result);
}

describe('bench results as JSON', () => {
  test('come back as they were written', () => {
    expect(parseBenchResult(formatBenchResult(RESULT), 'a.json')).toEqual(RESULT);
  });

  test('have the documented fields', () => {
    const { schemaVersion, environment, runs } = JSON.parse(formatBenchResult(RESULT)) as typeof RESULT;
    expect(schemaVersion).toBe(1);
    expect(environment.node).toBe('v20.20.2');
    expect(runs[0]).toMatchObject({ vendor: 'voice-api', sessions: 1, turns: 2, failedTurns: 1 });
    expect(runs[0]?.stages.timeToFirstAudio).toEqual({
      unit: 'ms',
      count: 2,
      min: 760.02,
      p50: 760.02,
      p90: 'inf',
      p95: 'inf',
      p99: 'inf',
      max: 'inf',
    });
  });

  test('keep 3,000 raw values on one line', () => {
    const captureToWireMs = Array.from({ length: 3000 }, (_, i) => i / 1000);
    const result = makeResult(makeRun([makeTurn(1, 700)], { captureToWireMs }));
    const text = formatBenchResult(result);
    expect(text.split('\n').length).toBeLessThan(200);
    expect(parseBenchResult(text, 'a.json')).toEqual(result);
  });

  test.each([
    ['schemaVersion', 2],
    ['environment.cpu', 'fast'],
    ['input.endOfSpeechSource', 'guess'],
    ['runs.0.turns', -1],
    ['runs.0.stages.connect.p50', 'never'],
    ['runs.0.stages.connect.unit', 's'],
    ['runs.0.turnRecords.0.stages.responseWait', null],
    ['runs.0.samples.captureToWire', ['inf']],
  ])('are refused when %s is %j, and the field is named', (path, value) => {
    const wanted = expect.objectContaining({
      code: 'result-invalid',
      message: expect.stringContaining(path) as string,
    }) as Error;
    expect(() => parseBenchResult(spoil(path, value), 'a.json')).toThrow(wanted);
  });

  test('are refused when they are no JSON', () => {
    expect(() => parseBenchResult('{', 'a.json')).toThrow(expect.objectContaining({ code: 'result-invalid' }) as Error);
  });
});
