import { describe, expect, test } from 'vitest';
import { assertNear, createSeededRandom } from '@voicewire/testkit';
import { ClockFit } from './clockFit.ts';

/** Pairs of a device whose clock starts `offsetMs` away and runs `driftPpm` fast, read with jitter. */
function observe(
  fit: ClockFit,
  options: { offsetMs: number; driftPpm: number; durationMs: number; jitterMs: number; seed: number },
): void {
  const random = createSeededRandom(options.seed);
  for (let sessionMs = 0; sessionMs <= options.durationMs; sessionMs += 200) {
    const deviceMs = (sessionMs - options.offsetMs) * (1 + options.driftPpm / 1e6);
    fit.add(deviceMs, sessionMs + options.jitterMs * (random.next() - 0.5));
  }
}

describe('ClockFit', () => {
  test('maps an offset exactly after one pair', () => {
    const fit = new ClockFit();
    fit.add(1_000, 51_000);
    expect(fit.toSessionMs(1_250)).toBe(51_250);
  });

  test.each([-300, -50, 0, 50, 300])('follows a drift of %d ppm within 1 ms over 60 s of 5 ms jitter', (driftPpm) => {
    const fit = new ClockFit();
    const offsetMs = 123_456;
    observe(fit, { offsetMs, driftPpm, durationMs: 60_000, jitterMs: 5, seed: 11 });
    const sessionMs = 60_000;
    const deviceMs = (sessionMs - offsetMs) * (1 + driftPpm / 1e6);
    assertNear('session instant', fit.toSessionMs(deviceMs), sessionMs, 1, 'ms');
    assertNear('drift', fit.driftPpm, driftPpm, 60, 'ppm');
  });

  test('forgets pairs older than 30 s: after a jump of the device it is right again 31 s later', () => {
    const fit = new ClockFit();
    for (let ms = 0; ms <= 10_000; ms += 200) fit.add(ms, ms);
    for (let ms = 10_200; ms <= 41_200; ms += 200) fit.add(ms - 500, ms);
    assertNear('session instant', fit.toSessionMs(40_700), 41_200, 0.001, 'ms');
  });

  test('assumes equal speeds below 3 s, so that jitter cannot tilt the line', () => {
    const fit = new ClockFit();
    observe(fit, { offsetMs: 0, driftPpm: 0, durationMs: 2_000, jitterMs: 10, seed: 5 });
    expect(fit.driftPpm).toBe(0);
  });

  test('is empty again after a reset', () => {
    const fit = new ClockFit();
    fit.add(0, 777);
    fit.reset();
    expect(fit.isReady).toBe(false);
    expect(fit.toSessionMs(5)).toBe(5);
  });
});
