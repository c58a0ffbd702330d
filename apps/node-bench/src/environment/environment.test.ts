import { hostname, userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { makeRun, makeTurn } from '../../test/makeResult.ts';
import { doubtsAboutClock } from './clockGrain.ts';
import { doubtsOf } from './harnessLag.ts';
import { describeEnvironment, measureResolutionMs } from './machine.ts';
import { watchProcessLoad } from './processLoad.ts';

describe('describeEnvironment', () => {
  test('names processor, system, Node and clock, but neither machine nor user', async () => {
    const environment = await describeEnvironment('voicewire-bench run', false);
    expect(environment.cpu.coresCount).toBeGreaterThan(0);
    expect(environment.node).toBe(process.version);
    expect(environment.clock.source).toBe('performance.now');
    expect(environment.clock.resolutionMs).toBeGreaterThan(0);
    const values = Object.values(environment).map((value) => JSON.stringify(value));
    // Short names (root, ci) are parts of other words.
    const names = [hostname(), userInfo().username].filter((name) => name.length > 5);
    for (const name of names) expect(values.some((value) => value.includes(name))).toBe(false);
  });

  test('a clock of whole milliseconds has a resolution of 1 ms, and one that stands still of 0', () => {
    let readings = 0;
    expect(measureResolutionMs(() => Math.floor((readings += 0.001)))).toBe(1);
    expect(measureResolutionMs(() => 5)).toBe(0);
  });
});

describe('doubtsOf', () => {
  const { stages } = makeRun([makeTurn(1, 700, 8)]);

  test('no doubt when lag stays below a tenth of every value', () => {
    expect(doubtsOf(stages, { p50: 0.001, p95: 0.002, p99: 0.002, max: 40 })).toEqual([]);
  });

  test('a lag of 1 ms at p95 makes 0.02, 0.3 and 8 ms doubtful, but not 60, 120 and 700 ms, and no zero', () => {
    const [doubt = ''] = doubtsOf(stages, { p50: 0, p95: 1, p99: 0, max: 1 });
    expect(doubt.slice(doubt.indexOf('of: '))).toBe('of: captureToWire p95, wireToDecoded p95, bargeInToSilence p95.');
  });
});

describe('doubtsAboutClock', () => {
  const { stages } = makeRun([makeTurn(1, 700, 8)]);

  test('a clock of whole milliseconds cannot tell 0.02, 0.2 or 8 ms, but 60 ms and more', () => {
    const [doubt = ''] = doubtsAboutClock(stages, 1);
    expect(doubt.slice(doubt.indexOf('of: '))).toBe('of: captureToWire, wireToDecoded, bargeInToSilence.');
  });

  test('a clock of 30 ns leaves no doubt, nor does one without steps', () => {
    expect([doubtsAboutClock(stages, 0.000_03), doubtsAboutClock(stages, 0)]).toEqual([[], []]);
  });
});

test('a process that takes 300 ms of a processor in 2 s of time uses 0.15 of a core', () => {
  let [user, system, nowMs] = [5_000_000, 1_000_000, 40_000];
  const read = watchProcessLoad({ cpuUsage: () => ({ user, system }), nowMs: () => nowMs });
  [user, system, nowMs] = [user + 200_000, system + 100_000, nowMs + 2000];
  expect(read()).toBe(0.15);
});
