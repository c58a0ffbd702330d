// This file defines what one measured session leaves behind.
import type { TurnRecord } from '../result/benchResult.ts';

export interface SessionRecord {
  /** Infinite when the session never got ready; all its turns then failed. */
  readonly connectMs: number;
  /** After the warm-up; the newest 4,096 messages (80 s of 20 ms messages), which is what the client keeps. */
  readonly captureToWireMs: readonly number[];
  readonly warmupTurns: number;
  readonly turns: readonly TurnRecord[];
}
