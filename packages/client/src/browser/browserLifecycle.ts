// This file tells what becomes of the page: its network, and whether it is put away.
import type { Lifecycle, LifecycleChange } from '../ports/lifecycle.ts';

/** Page Lifecycle, where there is one (Chromium). Not in TypeScript's library. */
type LifecycleEvent = 'freeze' | 'resume';
/** Network Information, where there is one (Chromium). Not in TypeScript's library. */
interface NavigatorWithConnection {
  readonly connection?: EventTarget;
}

/** The page that this script runs in. */
export const browserLifecycle: Lifecycle = {
  watch(onChange) {
    const watch = new AbortController();
    const tell = (target: EventTarget, type: string, change: LifecycleChange): void =>
      target.addEventListener(type, () => onChange(change), { signal: watch.signal });
    tell(window, 'online', 'networkReturned');
    tell(window, 'offline', 'networkChanged');
    const { connection } = navigator as NavigatorWithConnection;
    if (connection !== undefined) tell(connection, 'change', 'networkChanged');
    // Going away: closed, or kept to be shown again when the user comes back. Nobody can tell which.
    tell(window, 'pagehide', 'suspended');
    tell(window, 'pageshow', 'resumed');
    tell(document, 'freeze' satisfies LifecycleEvent, 'suspended');
    tell(document, 'resume' satisfies LifecycleEvent, 'resumed');
    return () => watch.abort();
  },
};
