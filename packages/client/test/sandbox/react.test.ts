import { createElement, StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { SessionStore } from '../../src/react/sessionStore.ts';
import { useVoiceSession } from '../../src/react/index.ts';
import { createConversation, settle } from './conversation.ts';

describe('a session as a store for React', () => {
  test('shows a conversation, changes its snapshot only with what it shows, and listens to nothing once nobody watches', async () => {
    const { clock, session } = await createConversation({ vendor: { id: 'amigo' } });
    const store = new SessionStore(session);
    const views: unknown[] = [];
    const stop = store.subscribe(() => void views.push(store.snapshot()));
    const connecting = store.connect();
    expect(store.snapshot()).toMatchObject({ status: 'connecting', error: null });
    await settle(clock, connecting);
    await clock.advance(6_000);
    expect(store.snapshot()).toMatchObject({ status: 'connected', ended: null, error: null });
    expect(store.snapshot().transcript[0]).toMatchObject({ role: 'agent', isFinal: true });
    const before = store.snapshot();
    store.setMicMuted(false);
    expect(store.snapshot()).toBe(before);
    store.setMicMuted(true);
    expect(store.snapshot().isMicMuted).toBe(true);
    await settle(clock, store.disconnect());
    expect(store.snapshot()).toMatchObject({ status: 'disconnected', agentState: 'idle', ended: { code: 'user' } });
    expect(new Set(views).size).toBe(views.length);

    stop();
    const unseen = store.snapshot();
    const again = store.session.connect();
    await settle(clock, again);
    expect(store.snapshot()).toBe(unseen);
    expect(session.status).toBe('connected');
    store.subscribe(() => undefined);
    expect(store.snapshot().status).toBe('connected');
    await settle(clock, store.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });

  test('never rejects: a failed connect is shown as an error, one that was disconnected is not', async () => {
    const failing = await createConversation({ faults: ['auth-failed'] });
    const store = new SessionStore(failing.session);
    store.subscribe(() => undefined);
    await settle(failing.clock, store.connect());
    expect(store.snapshot()).toMatchObject({ status: 'failed', error: { code: 'auth-failed' } });

    const left = await createConversation();
    const leaving = new SessionStore(left.session);
    leaving.subscribe(() => undefined);
    const connecting = leaving.connect();
    await settle(left.clock, leaving.disconnect());
    await settle(left.clock, connecting);
    expect(leaving.snapshot()).toMatchObject({ status: 'disconnected', error: null });
  });
});

describe('useVoiceSession on a server', () => {
  test('renders a session that is not connected, without a browser', async () => {
    const { session, clock } = await createConversation();
    function Call(): ReactNode {
      const { status, transcript, error } = useVoiceSession({ createSession: () => session });
      return createElement('p', null, `${status}, ${transcript.length} lines, ${error?.code ?? 'no'} error`);
    }
    expect(renderToString(createElement(StrictMode, null, createElement(Call)))).toBe(
      '<p>disconnected, 0 lines, no error</p>',
    );
    expect(clock.pendingTimers).toBe(0);
  });
});
