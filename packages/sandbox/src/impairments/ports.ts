// This file defines what impairments need from the sandbox.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';

/** Of one connection or request. */
export interface ImpairmentPorts {
  readonly clock: Clock;
  /** This connection's own. */
  readonly random: Random;
  /** Rule S-02: a ping was not answered. */
  readonly reportDeafness: (detail: string) => void;
  /** False when the sandbox has been closed meanwhile. */
  isServing(): boolean;
}
