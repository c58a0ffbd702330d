import { assertAtLeast, createSeededRandom, findBestCorrelation, makeSpeechLike } from '@voicewire/testkit';
import { createMemoryNetwork } from '@voicewire/sandbox/memory';
import { describe, expect, test } from 'vitest';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

/** Addresses of attempts in turn; the last one stays. */
function queriesInTurn(...queries: readonly string[]): Pick<ConversationOptions, 'addressOf'> {
  return {
    addressOf: (url, attempt) => {
      const query = queries[Math.min(attempt, queries.length - 1)] ?? '';
      return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
    },
  };
}

/** As users keep it: one token for all attempts. Signing in is limited to a few times a minute. */
async function createKeptConversation(id: 'amigo' | 'soca', options: ConversationOptions): Promise<Conversation> {
  if (id === 'soca') return createConversation({ ...options, vendor: { id } });
  let token: { readonly token: string } | null = null;
  const credentials = () => {
    const { sandbox, clock } = conversation;
    return (token ??= createMemoryNetwork({ sandbox, clock, delayMs: 0 }).issueAmigoCredentials());
  };
  const conversation = await createConversation({ ...options, vendor: { id, options: { credentials } } });
  return conversation;
}

const reconnects = (conversation: Conversation) =>
  conversation.eventsOf('statusChanged').filter(({ previous }) => previous === 'reconnecting');

const graveViolations = ({ sandbox }: Conversation) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

describe.each([
  ['amigo', true],
  ['soca', false],
] as const)('a conversation with %s whose connection drops', (id, tellsResumed) => {
  test('goes on where it was: the same conversation, and the user is heard in it', async () => {
    const conversation = await createKeptConversation(id, queriesInTurn('impair=dropped', ''));
    const { clock, session, microphone, sandbox } = conversation;
    expect(await settle(clock, session.connect())).toBeUndefined();
    await clock.advance(3_000);
    // A server that did not see the connection die may hold the conversation for half a minute.
    expect(await clock.advanceUntil(() => session.status === 'connected', 36_000)).toBe(true);
    expect(reconnects(conversation).map(({ isResumed }) => isResumed)).toEqual([tellsResumed]);
    const [first] = sandbox.ledger.connections;
    const last = sandbox.ledger.connections.at(-1);
    const utterance = makeSpeechLike({
      random: createSeededRandom(5),
      sampleRate: 16_000,
      durationMs: 1_000,
      noiseRatio: 0,
    });
    microphone.say(utterance);
    await clock.advance(3_000);
    const heard = Float32Array.from(last?.receivedPcm() ?? [], (sample) => sample / 32_768);
    assertAtLeast('correlation', findBestCorrelation(heard, utterance).correlation, 0.99, '');
    expect(first?.close).toMatchObject({ code: 1006 });
    expect(conversation.eventsOf('error')).toEqual([]);
    await settle(clock, session.disconnect());
    await clock.advance(3_000);
    expect(graveViolations(conversation)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('an old conversation that the server does not take up again', () => {
  test('ends the session with conversation-gone, and the next connect() begins a new one', async () => {
    const conversation = await createConversation({ vendor: { id: 'amigo' } });
    const { clock, session, restart } = conversation;
    await settle(clock, session.connect());
    // The server that comes back knows nothing.
    restart();
    await clock.advance(5_000);
    expect(session.status).toBe('failed');
    expect(conversation.eventsOf('disconnected')).toMatchObject([{ code: 'conversation-gone', isRetryable: true }]);
    // The user reads it, and starts anew.
    await clock.advance(15_000);
    expect(await settle(clock, session.connect())).toBeUndefined();
    await settle(clock, session.disconnect());
    expect(clock.pendingTimers).toBe(0);
    // One: that the client asked for what is gone, which it could not know.
    expect(graveViolations(conversation).map(({ ruleId }) => ruleId)).toEqual(['A-15']);
  });
});

test('a key that Soca refuses rejects connect() with auth-failed, although the server says goodbye first', async () => {
  const { clock, session } = await createConversation({
    vendor: { id: 'soca' },
    ...queriesInTurn('fault=auth-failed'),
  });
  expect(await settle(clock, session.connect())).toMatchObject({ code: 'auth-failed' });
  expect(session.status).toBe('failed');
  expect(clock.pendingTimers).toBe(0);
});
