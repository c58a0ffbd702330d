// This file remembers which session was created for whom, so that nobody takes up somebody else's. Bounded memory.
import { RecentMap } from '../recentMap.ts';

/** Sessions remembered at a time; the oldest are forgotten for others. Ours: some 2 MB. */
const MAX_SESSIONS = 10_000;

/** Sessions by id. */
export class SessionBook {
  readonly #holders = new RecentMap<string>(MAX_SESSIONS);

  add(sessionId: string, holder: string): void {
    this.#holders.set(sessionId, holder);
  }

  /** True when the session was created here, for this one. */
  isHeldBy(sessionId: string, holder: string): boolean {
    return this.#holders.get(sessionId) === holder;
  }
}
