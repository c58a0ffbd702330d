import { describe, expect, test } from 'vitest';
import { makeFailedTurn, makeResult, makeRun, makeTurn } from '../../test/makeResult.ts';
import { formatComparison } from '../report/comparisonText.ts';
import { createSeededRandom } from '../statistics/seededRandom.ts';
import { compareResults } from './compareResults.ts';

/** Responses around 600 ms, give or take 20. */
function makeTurns(seed: number, count: number, factor = 1) {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, (_, i) => makeTurn(i + 1, Math.round(factor * (580 + 40 * random()))));
}

const verdictOf = (comparison: ReturnType<typeof compareResults>, stage: string) =>
  comparison.runs[0]?.stages.find((each) => each.stage === stage)?.verdict;

describe('compareResults', () => {
  test('25 turns against 25 of the same: no difference is shown', () => {
    const comparison = compareResults(
      makeResult(makeRun(makeTurns(1, 25))),
      makeResult(makeRun(makeTurns(2, 25))),
      0.05,
    );
    expect(comparison.isSlower).toBe(false);
    expect(comparison.doubts).toEqual([]);
    expect(formatComparison(comparison)).toContain('B is not shown to be slower than A.');
  });

  test('15 % more waiting is slower one way and faster the other', () => {
    const [quick, slow] = [makeResult(makeRun(makeTurns(1, 25))), makeResult(makeRun(makeTurns(2, 25, 1.15)))];
    const there = compareResults(quick, slow, 0.05);
    expect([there.isSlower, verdictOf(there, 'responseWait'), verdictOf(there, 'wireToDecoded')]).toEqual([
      true,
      'slower',
      'no difference shown',
    ]);
    const back = compareResults(slow, quick, 0.05);
    expect([back.isSlower, verdictOf(back, 'responseWait')]).toEqual([false, 'faster']);
    expect(formatComparison(there)).toContain('B is slower than A.');
  });

  test('15 % more is tolerated when 30 % are', () => {
    const [quick, slow] = [makeResult(makeRun(makeTurns(1, 25))), makeResult(makeRun(makeTurns(2, 25, 1.15)))];
    expect(compareResults(quick, slow, 0.3).isSlower).toBe(false);
  });

  test('twice as long is no matter where it is less than half a millisecond', () => {
    const of = (captureToWireMs: number[]) => makeResult(makeRun(makeTurns(1, 25), { captureToWireMs }));
    const comparison = compareResults(of(Array(50).fill(0.2) as number[]), of(Array(50).fill(0.4) as number[]), 0.05);
    expect(comparison.runs[0]?.stages.find(({ stage }) => stage === 'captureToWire')?.ratio).toBe(2);
    expect(comparison.isSlower).toBe(false);
  });

  test('a server that stopped answering is slower, and its ratio is written as inf', () => {
    const dead = Array.from({ length: 25 }, (_, i) => makeFailedTurn(i + 1));
    const comparison = compareResults(makeResult(makeRun(makeTurns(1, 25))), makeResult(makeRun(dead)), 0.05);
    expect(verdictOf(comparison, 'timeToFirstAudio')).toBe('slower');
    expect(formatComparison(comparison)).toMatch(/timeToFirstAudio .* inf +inf … inf +slower/);
  });

  test('says that 3 turns are few, and that another input was spoken', () => {
    const other = makeResult(makeRun(makeTurns(2, 3)));
    const first = makeResult(makeRun(makeTurns(1, 3)));
    const { doubts } = compareResults(first, { ...other, input: { ...other.input, name: 'other.wav' } }, 0.05);
    expect(doubts.some((doubt) => doubt.startsWith('3 turns are few'))).toBe(true);
    expect(doubts.some((doubt) => doubt.includes('input differs') && doubt.includes('other.wav'))).toBe(true);
  });

  test('results of different vendors have nothing in common', () => {
    const foreign = makeResult(makeRun(makeTurns(1, 3), {}, { vendor: 'another' }));
    expect(() => compareResults(makeResult(makeRun(makeTurns(1, 3))), foreign, 0.05)).toThrow(
      expect.objectContaining({ code: 'nothing-to-compare' }) as Error,
    );
  });
});
