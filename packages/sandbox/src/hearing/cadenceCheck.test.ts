import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { CadenceCheck } from './cadenceCheck.ts';

/** Feeds arrival times, in ms since audio may come, and returns what was reported. */
function check(timesMs: readonly number[], endMs = (timesMs.at(-1) ?? 0) + 20): string[] {
  const reports: string[] = [];
  const cadence = new CadenceCheck((severity, detail) => reports.push(`${severity}: ${detail}`));
  cadence.begin(1000);
  for (const ms of timesMs) cadence.frame(1000 + ms);
  cadence.end(1000 + endMs);
  return reports;
}

/** `count` frames from `startMs`, `everyMs` apart. */
function steady(count: number, everyMs = 20, startMs = 0): number[] {
  return Array.from({ length: count }, (_, i) => startMs + i * everyMs);
}

describe('CadenceCheck', () => {
  test('20 s at 50 frames/s: nothing to report', () => {
    expect(check(steady(1000))).toEqual([]);
  });

  test('an hour on a sound card that is 400 ppm off: nothing to report', () => {
    expect(check(steady(180_000, 20 * 1.0004))).toEqual([]);
    expect(check(steady(180_000, 20 * 0.9996))).toEqual([]);
  });

  test('jitter of ± 45 ms around the schedule, in order: nothing to report (seed 21)', () => {
    const random = createSeededRandom(21);
    let last = 0;
    const times = steady(3000).map((ms) => (last = Math.max(last, ms + 45 + (2 * random.next() - 1) * 45)));
    expect(check(times).filter((report) => report.startsWith('strict'))).toEqual([]);
  });

  test.each([
    ['3 % too fast', 0.97, /^strict: 51\.5 frames\/s over 5 s, wanted 50 ± 2 %$/],
    ['3 % too slow', 1.03, /^strict: 48\.5 frames\/s over 5 s, wanted 50 ± 2 %$/],
    ['48 kHz sent as 16 kHz, three times too fast', 1 / 3, /^strict: \d+ ms of audio within \d+ ms of catching up/],
  ])('%s is strict', (_name, ratio, wanted) => {
    const reports = check(steady(1000, 20 * ratio));
    expect(reports[0]).toMatch(wanted);
  });

  test('1.5 % off is within the tolerance', () => {
    expect(check(steady(700, 20 * 1.015))).toEqual([]);
  });

  test('a pre-roll of 500 ms sent at twice real time after connected is allowed', () => {
    const preRoll = steady(50, 10);
    expect(check([...preRoll, ...steady(1000, 20, 500)])).toEqual([]);
  });

  test('a backlog of 1500 ms at twice real time is allowed, one of 3000 ms is not', () => {
    expect(check([...steady(150, 10), ...steady(500, 20, 1500)])).toEqual([]);
    expect(check([...steady(300, 10), ...steady(500, 20, 3000)])).toEqual([
      expect.stringMatching(/^strict: .* wanted at most 1500 ms of backlog$/),
    ]);
  });

  test('catching up at four times real time is strict, once', () => {
    expect(check([...steady(100, 5), ...steady(500, 20, 2000)].slice(0, 100))).toEqual([
      expect.stringMatching(/^strict: .* wanted at most twice real time$/),
    ]);
  });

  test('a gap of 90 ms is nothing, 110 ms a note, 510 ms strict; catching up afterwards is allowed', () => {
    const before = steady(500);
    const gap = (ms: number): string[] => {
      const resume = 9980 + ms;
      const caughtUp = Math.round(ms / 20);
      return check([...before, ...steady(2 * caughtUp, 10, resume), ...steady(500, 20, resume + caughtUp * 20)]);
    };
    expect(gap(90)).toEqual([]);
    expect(gap(110)).toEqual(['note: no audio for 110 ms, wanted a frame every 20 ms']);
    expect(gap(510)).toEqual(['strict: no audio for 510 ms, wanted a frame every 20 ms']);
  });

  test('a gap whose audio was dropped, not caught up, is only the gap', () => {
    expect(check([...steady(500), ...steady(500, 20, 10_280)])).toEqual([
      'note: no audio for 300 ms, wanted a frame every 20 ms',
    ]);
  });

  test('6 frames in one tick are one note, 26 are strict as well', () => {
    const before = steady(500);
    const burst = (count: number): string[] =>
      check([...before, ...Array<number>(count).fill(10_000), ...steady(100, 20, 10_000 + count * 20)]);
    expect(burst(5)).toEqual([]);
    expect(burst(6)[0]).toBe('note: more than 5 frames within 5 ms');
    expect(burst(26)).toContain('strict: more than 25 frames within 5 ms');
  });

  test('frames that pile up 300 ms ahead of real time are strict', () => {
    // Four more frames every 2 s, always under the limits of rate per tick.
    const times = steady(500).flatMap((ms, i) => (i % 100 === 99 ? [ms, ms, ms, ms, ms] : [ms]));
    expect(check(times).join('\n')).toMatch(/strict: (audio is \d+ ms ahead of real time|5\d\.\d frames\/s)/);
  });

  test('silence of 600 ms at the end is strict; a session without any audio is a note', () => {
    expect(check(steady(100), 2600)).toEqual(['strict: no audio for the last 620 ms of the session']);
    expect(check([], 3000)).toEqual(['note: no audio in 3000 ms since it may come']);
    expect(check([], 100)).toEqual([]);
  });

  test('a client that is 10 % fast for a minute is reported every few seconds, not every frame', () => {
    const reports = check(steady(3300, 20 / 1.1));
    expect(reports.length).toBeGreaterThan(3);
    expect(reports.length).toBeLessThan(30);
  });
});
