import { assertSameSamples, createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

const SEED = 11;
const WIRE_RATE = 16_000;

/** A murmur of the room: no sample is zero, no stretch of it comes twice, and nobody would call it speech. */
function makeMurmur(durationMs: number): Float32Array {
  const random = createSeededRandom(SEED);
  const samples = new Float32Array((durationMs * WIRE_RATE) / 1000);
  return samples.map(() => (random.next() < 0.5 ? -1 : 1) * ((1 + random.integer(0, 15)) / 32_768));
}

/** What all connections heard, one after the other; zeros are of those that wait. */
function heardInAll({ sandbox }: Conversation): Float32Array {
  const heard = sandbox.ledger.connections.flatMap((connection) => [...connection.receivedPcm()]);
  return Float32Array.from(
    heard.filter((sample) => sample !== 0),
    (sample) => sample / 32_768,
  );
}

/** Everything that was said in all connections is played, in its order. */
function saidInAll({ sandbox }: Conversation): Float32Array {
  const said = sandbox.ledger.connections.flatMap((connection) => [...connection.sentPcm()]);
  return Float32Array.from(
    said.filter((sample) => sample !== 0),
    (sample) => sample / 32_768,
  );
}

async function connect(options: ConversationOptions): Promise<Conversation> {
  const conversation = await createConversation(options);
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return conversation;
}

const statuses = (conversation: Conversation): string[] =>
  conversation.eventsOf('statusChanged').map(({ status }) => status);

const graveViolations = ({ sandbox }: Conversation) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

describe('a connection of the Voice API that is replaced', () => {
  test('loses and doubles not one sample, either way, and is never gone', async () => {
    const conversation = await connect({ reconnect: { handOverAfterMs: 3_000 }, delayMs: 20 });
    const { clock, session, microphone, sandbox } = conversation;
    const murmur = makeMurmur(16_000);
    microphone.say(murmur);
    await clock.advance(15_000);
    expect(statuses(conversation)).toEqual(['connecting', 'connected']);
    expect(conversation.eventsOf('handedOver').length).toBeGreaterThanOrEqual(2);
    await settle(clock, session.disconnect());
    await clock.advance(2_000);
    const { connections } = sandbox.ledger;
    expect(connections.length).toBeGreaterThanOrEqual(3);
    for (const { close } of connections) expect(close).toMatchObject({ code: 1000 });
    const heard = heardInAll(conversation);
    expect(heard.length).toBeGreaterThan(14.5 * WIRE_RATE);
    assertSameSamples('uplink', heard, murmur.subarray(0, heard.length));
    const played = conversation.played().filter((sample) => sample !== 0);
    assertSameSamples('downlink', played, saidInAll(conversation));
    expect(conversation.eventsOf('congested')).toEqual([]);
    expect(graveViolations(conversation)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('waits while the user speaks, and changes over in the next pause', async () => {
    const conversation = await connect({ reconnect: { handOverAfterMs: 6_000 } });
    const { clock, session, microphone, sandbox } = conversation;
    const atHandOver: string[] = [];
    session.on('handedOver', () => atHandOver.push(session.agentState));
    await clock.advance(5_500);
    const random = createSeededRandom(SEED);
    microphone.say(makeSpeechLike({ random, sampleRate: WIRE_RATE, durationMs: 4_000, noiseRatio: 0 }));
    await clock.advance(3_800);
    expect(sandbox.ledger.connectionCount).toBe(1);
    // The agent answers first.
    await clock.advanceUntil(() => atHandOver.length > 0, 20_000);
    expect(atHandOver).toEqual(['listening']);
    expect(sandbox.ledger.connectionCount).toBe(2);
    expect(statuses(conversation)).toEqual(['connecting', 'connected']);
    await settle(clock, session.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });

  test('holds on to the old one where no new one is to be had, and leaves nothing when the user hangs up', async () => {
    const conversation = await connect({
      reconnect: { handOverAfterMs: 3_000 },
      faultsOfAttempt: (attempt) => (attempt === 0 ? [] : ['never-connected']),
    });
    const { clock, session } = conversation;
    await clock.advance(20_000);
    expect(session.status).toBe('connected');
    expect(statuses(conversation)).toEqual(['connecting', 'connected']);
    expect(conversation.eventsOf('error')).toEqual([]);
    await settle(clock, session.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });
});

describe.each(['amigo', 'soca'] as const)('a connection with %s, which allows only one', (id) => {
  test('is left before the next is opened, and not one sample of the user is lost or doubled', async () => {
    const conversation = await connect({ vendor: { id }, reconnect: { handOverAfterMs: 5_000 }, delayMs: 20 });
    const { clock, session, microphone, sandbox } = conversation;
    const murmur = makeMurmur(14_000);
    microphone.say(murmur);
    const isBack = () => statuses(conversation).filter((status) => status === 'connected').length === 2;
    expect(await clock.advanceUntil(isBack, 12_000)).toBe(true);
    await clock.advance(2_000);
    await settle(clock, session.disconnect());
    await clock.advance(3_000);
    const [first] = sandbox.ledger.connections;
    expect(first?.close).toMatchObject({ code: 1000 });
    const heard = heardInAll(conversation);
    const from = murmur.findIndex((_, n) => heard.subarray(0, 64).every((sample, i) => sample === murmur[n + i]));
    expect(from).toBeGreaterThanOrEqual(0);
    assertSameSamples('uplink', heard, murmur.subarray(from, from + heard.length));
    expect(conversation.eventsOf('speechLost')).toEqual([]);
    expect(conversation.eventsOf('error')).toEqual([]);
    expect(graveViolations(conversation)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
