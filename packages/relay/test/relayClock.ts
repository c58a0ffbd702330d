// This file gives tests a relay clock that moves only when told to.
import { FakeClock } from '@voicewire/testkit';
import type { RelayClock } from '../src/clock.ts';

/** An instant that means nothing: 21 November 2026. */
const START_EPOCH_MS = 1_795_000_000_000;

/** Monotonic time from 0; the time of day moves with it, and may be set apart. */
export class TestClock extends FakeClock implements RelayClock {
  epochOffsetMs = START_EPOCH_MS;

  nowEpochMs(): number {
    return this.nowMs() + this.epochOffsetMs;
  }
}
