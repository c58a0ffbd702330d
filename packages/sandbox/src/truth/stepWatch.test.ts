import { describe, expect, test } from 'vitest';
import { StepWatch } from './stepWatch.ts';

/** Steps of all moves, and of what is left at the end. */
function stepsOf(moves: readonly number[]): number[] {
  const watch = new StepWatch();
  return [...moves.map((move) => watch.push(move)), watch.end()].filter((step) => step !== 0);
}

/** So many moves of a drift, with steps added where they are given. */
function drifting(samplesPerFrame: number, steps: Readonly<Record<number, number>> = {}): number[] {
  return Array.from({ length: 40 }, (_, i) => samplesPerFrame + (steps[i] ?? 0));
}

describe('StepWatch', () => {
  test.each([0, 0.16, -0.32, 1.1])('a drift of %d samples per frame is no step', (drift) => {
    expect(stepsOf(drifting(drift))).toEqual([]);
  });

  test.each([0, 0.16, -0.32])('steps amid a drift of %d are found once, whole or spread over two frames', (drift) => {
    expect(stepsOf(drifting(drift, { 20: 1 }))).toEqual([1]);
    expect(stepsOf(drifting(drift, { 20: 0.4, 21: 0.6, 30: -2 }))).toEqual([1, -2]);
    expect(stepsOf(drifting(drift, { 1: -1, 38: 1 }))).toEqual([-1, 1]);
  });

  test('two steps 60 ms apart are two', () => {
    expect(stepsOf(drifting(0.05, { 20: 1, 23: 1 }))).toEqual([1, 1]);
  });

  test('a stretch of four frames says nothing; one of five is judged', () => {
    expect(stepsOf([0, 0, 1])).toEqual([]);
    expect(stepsOf([0, 0, 1, 0])).toEqual([1]);
  });
});
