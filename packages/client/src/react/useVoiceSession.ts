// This file holds a session for as long as a component is on the page.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { createVoiceSession, type BrowserSessionOptions } from '../browser/index.ts';
import type { VoiceSession } from '../session/session.ts';
import { INITIAL_VIEW, SessionStore, type SessionView } from './sessionStore.ts';

/** @typeParam Options What `createSession` takes. */
export type ReactSessionOptions<Options = BrowserSessionOptions> = Options & {
  /** Makes the session: for tests, or for ports of your own. Default: `createVoiceSession` of `@voicewire/client/browser`. */
  readonly createSession?: (options: Options) => VoiceSession;
};

export interface VoiceSessionHook extends SessionView {
  /** For everything that has no name here: messages, devices, stats, events. The same one until the component is gone. */
  readonly session: VoiceSession;
  /** Call it from a click. Never rejects: what went wrong is `error`. */
  connect(this: void): Promise<void>;
  disconnect(this: void): Promise<void>;
  setMicMuted(this: void, isMicMuted: boolean): void;
  /** Call it from a click, after `isPlaybackBlocked`. Never rejects. */
  unlockAudio(this: void): Promise<void>;
}

/**
 * A session that ends with the component; nothing is opened before `connect`. Options are those of the first render: give the
 * component another `key` for other ones. On a server it shows a session that is not connected.
 */
export function useVoiceSession<Options = BrowserSessionOptions>(
  options: ReactSessionOptions<Options>,
): VoiceSessionHook {
  const [store] = useState(() => new SessionStore(create(options)));
  const view = useSyncExternalStore(store.subscribe, store.snapshot, () => INITIAL_VIEW);
  // Strict mode takes the component away and brings it back at once: the session can be connected again afterwards.
  useEffect(() => () => void store.disconnect(), [store]);
  const { session, connect, disconnect, setMicMuted, unlockAudio } = store;
  return { ...view, session, connect, disconnect, setMicMuted, unlockAudio };
}

function create<Options>(options: ReactSessionOptions<Options>): VoiceSession {
  const { createSession, ...rest } = options;
  if (createSession !== undefined) return createSession(rest as Options);
  return createVoiceSession(rest as unknown as BrowserSessionOptions);
}
