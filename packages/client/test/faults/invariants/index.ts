// This file lists the invariants of every session: those that the project's catalogue numbers, and three more.
// (ix), the same log for the same seed, compares two sessions: `SessionObserver.logHash` is for that.
import { accountedSamples } from './accountedSamples.ts';
import { answeredOnce } from './answeredOnce.ts';
import { boundedMemory } from './boundedMemory.ts';
import { deadTurns } from './deadTurns.ts';
import { freshUplink } from './freshUplink.ts';
import type { Invariant } from './invariant.ts';
import { legalStates } from './legalStates.ts';
import { noSecrets } from './noSecrets.ts';
import { noSilentLoss } from './noSilentLoss.ts';
import { nothingLeft } from './nothingLeft.ts';
import { oneReason } from './oneReason.ts';

export const INVARIANTS: readonly Invariant[] = [
  legalStates,
  nothingLeft,
  freshUplink,
  deadTurns,
  boundedMemory,
  answeredOnce,
  accountedSamples,
  noSecrets,
  oneReason,
  noSilentLoss,
];
