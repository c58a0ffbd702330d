// This file tests what becomes of commands that were taken and had not left when their connection was lost.
import type { Vendor } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import { VoiceError } from '../../src/index.ts';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

/** How a promise went: by code, where it was rejected; undefined while it lasts. */
function follow(promise: Promise<void>): { code: string | null | undefined } {
  const answer: { code: string | null | undefined } = { code: undefined };
  promise.then(
    () => (answer.code = null),
    (error: unknown) => (answer.code = error instanceof VoiceError ? error.code : 'not-typed'),
  );
  return answer;
}

/** Its first connection breaks after a second. `rate`: messages that may leave in ten seconds. */
async function connect(turnMode: 'vad' | 'manual', rate?: number, reconnect: ConversationOptions['reconnect'] = {}) {
  const limited = (vendor: Vendor): Vendor => {
    if (rate === undefined) return vendor;
    const maxMessageRate = { messageCount: rate, windowMs: 10_000 };
    return { ...vendor, capabilities: { ...vendor.capabilities, maxMessageRate } };
  };
  const conversation = await createConversation({
    vendor: { id: 'amigo', options: { turnMode } },
    sandbox: { amigo: { dropHoldMs: 0 } },
    reconnect,
    addressOf: (url, attempt) => (attempt === 0 ? `${url}&impair=terminateAtMs=1000` : url),
    tap: ({ ports, options }) => ({ ports, options: { ...options, vendor: limited(options.vendor) } }),
  });
  const texts: { readonly atMs: number; readonly text: string }[] = [];
  const { session, clock } = conversation;
  const startMs = clock.nowMs();
  session.on('raw', ({ direction, text }) => {
    const said = direction === 'sent' ? /"text":"([^"]*)"/.exec(text)?.[1] : undefined;
    if (said !== undefined) texts.push({ atMs: clock.nowMs() - startMs, text: said });
  });
  session.setMicMuted(turnMode === 'manual');
  expect(await settle(clock, session.connect())).toBeUndefined();
  return { conversation, texts };
}

async function leave({ clock, session, sandbox }: Conversation, tolerated: readonly string[] = []): Promise<void> {
  await settle(clock, session.disconnect());
  await clock.advance(1_000);
  expect(clock.pendingTimers).toBe(0);
  const grave = sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');
  expect(grave.filter(({ ruleId }) => !tolerated.includes(ruleId))).toEqual([]);
}

describe('what a lost connection had not sent', () => {
  test('of texts that waited for their turn is sent on the next one, in order and once', async () => {
    const { conversation, texts } = await connect('manual');
    const { session, clock } = conversation;
    await clock.advance(500);
    const answers = ['One', 'Two', 'Three'].map((text) => follow(session.sendUserMessage(text)));
    await clock.advance(100);
    // The agent greets, or answers the first: no more may be said.
    const before = texts.map(({ text }) => text);
    expect(before.length).toBeLessThan(3);
    expect(answers.map(({ code }) => code)).toEqual(answers.map((_, i) => (i < before.length ? null : undefined)));
    await clock.advance(20_000);
    expect(texts.map(({ text }) => text)).toEqual(['One', 'Two', 'Three']);
    expect(answers.map(({ code }) => code)).toEqual([null, null, null]);
    await leave(conversation);
  });

  test('for the rate limit is sent on the next one, in order and once', async () => {
    // Four messages greet the vendor and switch detection on; audio takes the rest of the first connection's.
    const { conversation, texts } = await connect('vad', 15);
    const { session, clock } = conversation;
    await clock.advance(900);
    const answers = ['One', 'Two'].map((text) => follow(session.sendContextualUpdate(text)));
    expect(texts).toEqual([]);
    await clock.advance(50);
    expect(answers.map(({ code }) => code)).toEqual([undefined, undefined]);
    await clock.advance(3_000);
    expect(texts.map(({ text }) => text)).toEqual(['One', 'Two']);
    expect(texts.every(({ atMs }) => atMs >= 1_000)).toBe(true);
    expect(answers.map(({ code }) => code)).toEqual([null, null]);
    // So low a rate leaves no room for speech, nor for taking leave.
    await leave(conversation, ['A-37', 'A-51']);
  });

  test.each(['disconnect', 'loss'] as const)('is refused when a %s ends the session', async (end) => {
    const { conversation, texts } = await connect('vad', 15, false);
    const { session, clock } = conversation;
    await clock.advance(900);
    const answer = follow(session.sendUserMessage('One'));
    if (end === 'disconnect') await settle(clock, session.disconnect());
    await clock.advance(3_000);
    expect(session.status).toBe(end === 'disconnect' ? 'disconnected' : 'failed');
    expect(answer.code).toBe('not-connected');
    expect(texts).toEqual([]);
    await leave(conversation);
  });
});
