import { describe, expect, test } from 'vitest';
import { createVoiceError } from '../../src/errors.ts';
import type { AudioInput, VoiceError } from '../../src/index.ts';
import { createConversation, settle } from './conversation.ts';

/** A microphone whose starts wait for an answer to the browser's question. */
function askForPermission(microphone: AudioInput) {
  const questions: { allow(): void; deny(error: VoiceError): void }[] = [];
  const input: AudioInput = {
    start: (sink) =>
      new Promise((resolve, reject) => {
        questions.push({ allow: () => resolve(microphone.start(sink)), deny: reject });
      }),
    stop: () => microphone.stop(),
    captureTimeMs: (sampleIndex) => microphone.captureTimeMs(sampleIndex),
    get inputLatency() {
      return microphone.inputLatency;
    },
    get counters() {
      return microphone.counters;
    },
  };
  return { input, questions };
}

describe('a session that is connected again', () => {
  test('is not ended by the microphone prompt of the call before, which is denied late', async () => {
    const asked: ReturnType<typeof askForPermission>[] = [];
    const { clock, session } = await createConversation({
      wrapInput: (microphone) => {
        const permission = askForPermission(microphone);
        asked.push(permission);
        return permission.input;
      },
    });
    const questions = asked[0]?.questions ?? [];
    const first = settle(clock, session.connect());
    await settle(clock, session.disconnect());
    expect(await first).toMatchObject({ code: 'connect-aborted' });

    const second = session.connect();
    questions[1]?.allow();
    await clock.advance(500);
    expect(session.status).toBe('connected');
    questions[0]?.deny(createVoiceError('microphone-denied', 'Denied at last.'));
    await clock.advance(500);
    expect(await settle(clock, second)).toBeUndefined();
    expect(session.status).toBe('connected');
    await settle(clock, session.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(['disconnected', 'statusChanged'] as const)(
    'out of a %s listener, has a promise of its own that is kept',
    async (name) => {
      const { clock, session, sandbox } = await createConversation({ faults: [], reconnect: false });
      await settle(clock, session.connect());
      const again: Promise<unknown>[] = [];
      session.on(name, () => {
        if (session.status === 'disconnected' && again.length === 0) again.push(session.connect());
      });
      await settle(clock, session.disconnect());
      expect(again.length).toBe(1);
      expect(await settle(clock, again[0] ?? Promise.reject(new Error('Never called.')))).toBeUndefined();
      expect(session.status).toBe('connected');
      expect(sandbox.ledger.connectionCount).toBe(2);
      await settle(clock, session.disconnect());
      expect(clock.pendingTimers).toBe(0);
    },
  );

  test('and a listener of its connection finds what connecting took, and its words behind those that waited', async () => {
    const { clock, session } = await createConversation({ vendor: { id: 'amigo' } });
    const order: string[] = [];
    const connectMs: (number | null)[] = [];
    session.on('raw', ({ direction, text }) => {
      if (direction === 'sent' && /first|second/.test(text)) order.push(/first/.test(text) ? 'first' : 'second');
    });
    session.on('statusChanged', ({ status }) => {
      if (status !== 'connected') return;
      connectMs.push(session.stats().connectMs);
      void session.sendUserMessage('second');
    });
    const connecting = session.connect();
    void session.sendUserMessage('first');
    await settle(clock, connecting);
    await clock.advance(1_000);
    expect(order).toEqual(['first', 'second']);
    expect(connectMs[0]).toBeGreaterThan(0);
    await settle(clock, session.disconnect());
  });
});
