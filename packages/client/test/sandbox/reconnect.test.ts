import { describe, expect, test } from 'vitest';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

async function connect(options: ConversationOptions = {}): Promise<Conversation> {
  const conversation = await createConversation(options);
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return conversation;
}

/** Credentials whose faults change from attempt to attempt; the last ones stay. */
function faultsInTurn(...faults: readonly (readonly string[])[]): Pick<ConversationOptions, 'faultsOfAttempt'> {
  return { faultsOfAttempt: (attempt) => (faults[Math.min(attempt, faults.length - 1)] ?? []) as never };
}

const statuses = (conversation: Conversation): string[] =>
  conversation.eventsOf('statusChanged').map(({ status }) => status);

describe('a connection that breaks', () => {
  test('comes back at once with a new token, and the conversation goes on', async () => {
    const conversation = await connect(faultsInTurn(['dropped'], []));
    await conversation.clock.advance(3_000);
    expect(statuses(conversation)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(conversation.sandbox.ledger.connectionCount).toBe(2);
    expect(conversation.eventsOf('error')).toEqual([]);
    expect(conversation.eventsOf('speechLost')).toEqual([]);
    const [lost, back] = conversation.events
      .filter(({ name, event }) => name === 'statusChanged' && 'previous' in (event as object))
      .slice(2);
    // The handshake of the sandbox in memory: 20 ms to connected, 100 ms to agent_ready.
    expect((back?.atMs ?? 0) - (lost?.atMs ?? 0)).toBeLessThanOrEqual(125);
    await settle(conversation.clock, conversation.session.disconnect());
    expect(conversation.clock.pendingTimers).toBe(0);
    const rules = conversation.sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');
    expect(rules).toEqual([]);
  });

  test('for 4 s loses what was said in it, and says how much', async () => {
    const conversation = await connect(faultsInTurn(['dropped'], ['late-connected'], []));
    await conversation.clock.advance(10_000);
    expect(conversation.session.status).toBe('connected');
    const [lost] = conversation.eventsOf('speechLost');
    // late-connected answers after 3 s; the frames of the gap are 20 ms each.
    expect(lost?.durationMs).toBeGreaterThanOrEqual(2_980);
    expect(lost?.durationMs).toBeLessThanOrEqual(3_040);
    const { lostFrames } = conversation.session.stats().uplink ?? { lostFrames: 0 };
    expect(lostFrames * 20).toBe(lost?.durationMs);
    await settle(conversation.clock, conversation.session.disconnect());
  });

  test('and cannot be had again ends the session when the budget is spent, with the last error', async () => {
    const conversation = await connect({
      ...faultsInTurn(['dropped'], ['upgrade-refused']),
      reconnect: { maxAttempts: 3 },
    });
    await conversation.clock.advance(30_000);
    expect(conversation.session.status).toBe('failed');
    expect(conversation.eventsOf('error').map(({ code }) => code)).toEqual(['connect-failed']);
    expect(conversation.eventsOf('disconnected').map(({ code }) => code)).toEqual(['connect-failed']);
    expect(conversation.clock.pendingTimers).toBe(0);
  });

  test('while the user hangs up stays broken', async () => {
    const conversation = await connect(faultsInTurn(['dropped'], ['late-connected']));
    await conversation.clock.advance(1_500);
    expect(conversation.session.status).toBe('reconnecting');
    await settle(conversation.clock, conversation.session.disconnect());
    await conversation.clock.advance(10_000);
    expect(conversation.session.status).toBe('disconnected');
    expect(conversation.clock.pendingTimers).toBe(0);
    expect(conversation.eventsOf('disconnected').map(({ code }) => code)).toEqual(['user']);
  });

  test('again and again, within 5 s each time, waits longer and longer, up to the limit', async () => {
    const conversation = await connect(faultsInTurn(['dropped']));
    await conversation.clock.advance(60_000);
    const lostAt = conversation.events
      .filter(({ name, event }) => name === 'statusChanged' && (event as { status: string }).status === 'reconnecting')
      .map(({ atMs }) => atMs);
    const gaps = lostAt.slice(1).map((atMs, i) => atMs - (lostAt[i] ?? 0));
    expect(gaps.length).toBeGreaterThan(4);
    for (let i = 2; i < gaps.length; i++) expect(gaps[i]).toBeGreaterThanOrEqual(gaps[i - 1] ?? 0);
    await settle(conversation.clock, conversation.session.disconnect());
  });

  test('connect() while it is gone waits for its return', async () => {
    const conversation = await connect(faultsInTurn(['dropped'], ['late-connected'], []));
    await conversation.clock.advance(1_500);
    expect(conversation.session.status).toBe('reconnecting');
    expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
    expect(conversation.session.status).toBe('connected');
    await settle(conversation.clock, conversation.session.disconnect());
  });
});

describe('a server that goes down', () => {
  test('sends its clients away, and they come back within 2 s', async () => {
    const conversation = await connect();
    const { clock, session, restart } = conversation;
    await clock.advance(6_000);
    restart();
    await clock.advance(5_000);
    expect(session.status).toBe('connected');
    expect(statuses(conversation)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    await settle(clock, session.disconnect());
  });
});
