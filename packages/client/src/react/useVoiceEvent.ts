// This file listens to a session's events while a component is on the page.
import { useEffect, useRef } from 'react';
import type { SessionEventName, SessionListener } from '../session/events.ts';
import type { VoiceSession } from '../session/session.ts';

/** Calls the newest `listener` for each event; nothing is rendered for it. */
export function useVoiceEvent<Name extends SessionEventName>(
  session: VoiceSession,
  name: Name,
  listener: SessionListener<Name>,
): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => session.on(name, (event) => newest.current(event)), [session, name]);
}
