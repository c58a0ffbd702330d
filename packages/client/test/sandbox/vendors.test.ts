import { assertAtLeast, createSeededRandom, findBestCorrelation, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createConversation, settle, type Conversation, type TestVendor } from './conversation.ts';

const SEED = 9;

/** Waits for the agent to speak, and to have been silent for a second after it. */
async function hearAgentOut({ clock, session, events }: Conversation): Promise<void> {
  const hasSpoken = await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
  expect(hasSpoken, `the agent speaks; ${JSON.stringify(events.slice(-5))}`).toBe(true);
  for (let silentMs = 0; silentMs < 1_000; silentMs = session.agentState === 'speaking' ? 0 : silentMs + 10)
    await clock.advance(10);
}

function makeUtterance(durationMs = 1_500): Float32Array {
  return makeSpeechLike({ random: createSeededRandom(SEED), sampleRate: 16_000, durationMs, noiseRatio: 0 });
}

const isPushToTalk = (vendor: TestVendor): boolean => vendor.id === 'amigo' && vendor.options?.turnMode === 'manual';

async function connect(vendor: TestVendor): Promise<Conversation> {
  const conversation = await createConversation({ vendor });
  // Push-to-talk: nothing is sent before the key is pressed.
  conversation.session.setMicMuted(isPushToTalk(vendor));
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return conversation;
}

const graveViolations = ({ sandbox }: Conversation) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

const VENDORS: readonly TestVendor[] = [
  { id: 'voice-api' },
  { id: 'amigo' },
  { id: 'amigo', options: { audioFormat: 'mp3', turnMode: 'manual' } },
  { id: 'soca' },
];

describe.each(VENDORS.map((vendor) => [JSON.stringify(vendor), vendor] as const))('%s', (_name, vendor) => {
  test('is heard, hears, answers, and finds nothing to complain of', async () => {
    const conversation = await connect(vendor);
    const { clock, session, microphone } = conversation;
    await hearAgentOut(conversation);
    const utterance = makeUtterance();
    session.setMicMuted(false);
    microphone.say(utterance);
    await clock.advance(1_600);
    if (isPushToTalk(vendor)) {
      session.setMicMuted(true);
      expect(await settle(clock, session.endUserTurn())).toBeUndefined();
    }
    await hearAgentOut(conversation);
    await settle(clock, session.disconnect());
    await clock.advance(3_000);

    const [connection] = conversation.sandbox.ledger.connections;
    const heard = Float32Array.from(connection?.receivedPcm() ?? [], (sample) => sample / 32_768);
    const uplink = findBestCorrelation(heard, utterance);
    assertAtLeast('correlation of what the agent heard', uplink.correlation, 0.99, '');
    expect(connection?.utterances.length).toBe(1);
    expect(connection?.lines.length).toBeGreaterThanOrEqual(2);
    expect(conversation.eventsOf('error')).toEqual([]);
    expect(graveViolations(conversation)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    expect(session.status).toBe('disconnected');
  });

  test('connected again after hanging up goes on without a complaint', async () => {
    const conversation = await connect(vendor);
    const { clock, session } = conversation;
    await clock.advance(3_000);
    await settle(clock, session.disconnect());
    await clock.advance(1_000);
    expect(await settle(clock, session.connect())).toBeUndefined();
    await clock.advance(2_000);
    await settle(clock, session.disconnect());
    await clock.advance(3_000);
    expect(conversation.sandbox.ledger.connectionCount).toBe(2);
    expect(graveViolations(conversation)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('push-to-talk that is over before the connection stands is one turn, with all that was said in the last 500 ms', async () => {
  const conversation = await createConversation({
    vendor: { id: 'amigo', options: { turnMode: 'manual' } },
    delayMs: 60,
  });
  const { clock, session, microphone } = conversation;
  const connecting = session.connect();
  const utterance = makeUtterance(400);
  microphone.say(utterance);
  await clock.advance(20);
  // The key is up again before the agent listens; what was said waits for the connection, and the end of it behind it.
  await clock.advance(410);
  session.setMicMuted(true);
  const ended = session.endUserTurn();
  await settle(clock, connecting);
  expect(await settle(clock, ended)).toBeUndefined();
  await hearAgentOut(conversation);
  await settle(clock, session.disconnect());
  const [connection] = conversation.sandbox.ledger.connections;
  const heard = Float32Array.from(connection?.receivedPcm() ?? [], (sample) => sample / 32_768);
  assertAtLeast('correlation', findBestCorrelation(heard, utterance).correlation, 0.99, '');
  expect(connection?.utterances.length).toBe(1);
  expect(graveViolations(conversation)).toEqual([]);
});
