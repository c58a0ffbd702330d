import { describe, expect, test } from 'vitest';
import type { LifecycleChange } from '../../src/index.ts';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

/** A page that a test opens, closes and moves about. */
class FakePage {
  private readonly watchers = new Set<(change: LifecycleChange) => void>();

  watch(onChange: (change: LifecycleChange) => void): () => void {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  }

  get watcherCount(): number {
    return this.watchers.size;
  }

  tell(change: LifecycleChange): void {
    for (const watcher of this.watchers) watcher(change);
  }
}

async function connect(options: ConversationOptions = {}): Promise<Conversation & { readonly page: FakePage }> {
  const page = new FakePage();
  const conversation = await createConversation({
    ...options,
    tap: ({ ports, options: made }) => ({ ports: { ...ports, lifecycle: page }, options: made }),
  });
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return Object.defineProperty(conversation, 'page', { value: page }) as Conversation & { readonly page: FakePage };
}

const statuses = (conversation: Conversation): string[] =>
  conversation.eventsOf('statusChanged').map(({ status }) => status);

/** Hangs up, and looks for what is left. */
async function expectClean(conversation: Conversation & { readonly page: FakePage }): Promise<void> {
  const { clock, session, page } = conversation;
  await settle(clock, session.disconnect());
  await clock.advance(2_000);
  expect(clock.pendingTimers).toBe(0);
  expect(page.watcherCount).toBe(0);
}

describe('a page that is put away', () => {
  test('takes leave at once, waits without a timer, and is connected again within 0.2 s of its return', async () => {
    const conversation = await connect();
    const { clock, session, page, sandbox } = conversation;
    await clock.advance(1_000);
    page.tell('suspended');
    await clock.advance(100);
    expect(sandbox.ledger.connections[0]?.close).toMatchObject({ code: 1000 });
    expect(session.status).toBe('reconnecting');
    await clock.advance(60_000);
    expect(sandbox.ledger.connectionCount).toBe(1);
    page.tell('resumed');
    await clock.advance(200);
    expect(session.status).toBe('connected');
    expect(statuses(conversation)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(conversation.eventsOf('error')).toEqual([]);
    await expectClean(conversation);
  });

  test('ends the session, with a reason that may be tried again, where reconnecting is off', async () => {
    const conversation = await connect({ reconnect: false });
    conversation.page.tell('suspended');
    await conversation.clock.advance(2_000);
    expect(conversation.eventsOf('disconnected')).toEqual([{ code: 'suspended', isRetryable: true }]);
    expect(conversation.clock.pendingTimers).toBe(0);
  });

  test('may be left while connecting: the attempt begins anew when the user returns', async () => {
    const page = new FakePage();
    const conversation = await createConversation({
      delayMs: 200,
      tap: ({ ports, options }) => ({ ports: { ...ports, lifecycle: page }, options }),
    });
    const { clock, session } = conversation;
    const connecting = session.connect();
    await clock.advance(300);
    page.tell('suspended');
    await clock.advance(60_000);
    expect(session.status).toBe('connecting');
    page.tell('resumed');
    expect(await settle(clock, connecting, 3_000)).toBeUndefined();
    await settle(clock, session.disconnect());
  });

  test('and is hung up while it is away', async () => {
    const conversation = await connect();
    conversation.page.tell('suspended');
    await expectClean(conversation);
    expect(conversation.eventsOf('disconnected').map(({ code }) => code)).toEqual(['user']);
  });
});

describe('a network', () => {
  test('that returns ends the wait: connected again within 0.2 s, whatever the back-off says', async () => {
    let isDown = false;
    const conversation = await connect({ faultsOfAttempt: () => (isDown ? ['upgrade-refused'] : []) });
    const { clock, session, page, restart } = conversation;
    isDown = true;
    restart();
    await clock.advance(60_000);
    expect(session.status).toBe('reconnecting');
    isDown = false;
    page.tell('networkReturned');
    await clock.advance(200);
    expect(session.status).toBe('connected');
    await expectClean(conversation);
  });

  test('that changes, or is said to be gone, does not end a connection that lives', async () => {
    const conversation = await connect();
    const { clock, page } = conversation;
    for (const change of ['networkChanged', 'networkReturned', 'resumed'] as const) {
      page.tell(change);
      await clock.advance(3_000);
    }
    expect(statuses(conversation)).toEqual(['connecting', 'connected']);
    await expectClean(conversation);
  });
});

describe('a machine that sleeps', () => {
  test('for 30 s goes on with its connection where that lives, and sends no burst of stale audio', async () => {
    const conversation = await connect();
    const { clock, session, sandbox } = conversation;
    await clock.advance(3_000);
    const heardBefore = sandbox.ledger.connections[0]?.receivedPcm().length ?? 0;
    clock.sleep(30_000);
    await clock.advance(100);
    const heard = (sandbox.ledger.connections[0]?.receivedPcm().length ?? 0) - heardBefore;
    // Twice real time: two frames at each of the six instants at which one is captured.
    expect(heard / 320).toBeLessThanOrEqual(12);
    await clock.advance(5_000);
    expect(session.status).toBe('connected');
    expect(statuses(conversation)).toEqual(['connecting', 'connected']);
    await expectClean(conversation);
  });

  test('for 70 s connects anew at once, and lets the rest of what the agent said go', async () => {
    const conversation = await connect();
    const { clock, session } = conversation;
    await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
    clock.sleep(70_000);
    await clock.advance(500);
    expect(session.status).toBe('connected');
    expect(statuses(conversation)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(conversation.eventsOf('interrupted').length).toBe(1);
    expect(conversation.sandbox.ledger.connectionCount).toBe(2);
    await settle(clock, session.disconnect());
  });
});
