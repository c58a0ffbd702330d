import type { SeededRandom } from '@voicewire/testkit';
import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AmigoFaultName } from '../src/amigo/faults.ts';
import { FAULTS } from '../src/amigo/faults.ts';
import { AMIGO_DEFAULTS } from '../src/amigo/options.ts';
import { POLICIES, PROFILES } from '../src/core.ts';
import type { AmigoClient, AmigoRig } from './support/amigoRig.ts';
import { MP3_CONFIG, PCM_CONFIG, SERVICE_ID, TEXT, VOICE, createAmigoRig } from './support/amigoRig.ts';
import { FUZZ_FRAMES, FUZZ_SEED, FUZZ_TIMEOUT_MS, fuzz } from './support/fuzzing.ts';
import { makeUserSpeech } from './support/rig.ts';

const SEED = FUZZ_SEED;
const speech = makeUserSpeech(5000);

const JUNK = [
  '',
  '{',
  'null',
  '[]',
  '0',
  '"x"',
  '{"type":null}',
  '{"type":"constructor"}',
  '{"__proto__":{"polluted":true}}',
];

/** One message: mostly legal ones at any time, some with fields of any kind. */
function someMessage(random: SeededRandom, conversationId: string): string | Uint8Array {
  const message = someLegalMessage(random, conversationId);
  const dice = random.next();
  if (dice < 0.9) return JSON.stringify(message);
  if (dice < 0.95) {
    const name = random.pick(['type', 'audio', 'text', 'audio_config', 'vad_mode_on', 'service_id', 'x']);
    return JSON.stringify({
      ...message,
      [name]: random.pick([[null], [0], [''], [[]], [{}], [true], ['x'.repeat(5000)], [1e308]])[0],
    });
  }
  if (dice < 0.98) return random.pick([...JUNK, '['.repeat(20_000), '\ud800\u0000']);
  return new Uint8Array(Math.floor(random.next() * 2000));
}

/** Nearly as long as a message may be; the clips have every word, so that it could be spoken for a day. */
const LONG_TEXT = 'one '.repeat(240_000);

function someLegalMessage(random: SeededRandom, conversationId: string): object {
  const samples = random.pick([960, 960, 960, 320, 4096, 1, 0]);
  const at = Math.floor(random.next() * (speech.length - samples));
  const audio = Buffer.from(speech.slice(at, at + samples).buffer).toString('base64');
  const config = random.pick([
    {},
    {},
    {},
    { audio_config: PCM_CONFIG },
    { audio_config: PCM_CONFIG },
    { audio_config: MP3_CONFIG },
  ]);
  const text = {
    text: random.next() < 0.02 ? LONG_TEXT : random.pick(['hello', 'count to twenty', ' ']),
    message_type: random.pick(['user-message', 'external-event']),
  };
  switch (Math.floor(random.next() * 14)) {
    case 0:
      return { type: 'client.switch-vad-mode', vad_mode_on: random.next() < 0.7 };
    case 1:
      return { type: 'client.new-text-message', ...text, ...(random.next() < 0.5 ? { start_interaction: true } : {}) };
    case 2:
      return { type: 'client.new-audio-message', audio: null };
    case 3:
      return { type: random.pick(['client.extend-timeout', 'client.extend-timeout', 'client.finish-conversation']) };
    case 4:
      return random.next() < 0.5
        ? { type: 'client.start-conversation', service_id: SERVICE_ID }
        : { type: 'client.continue-conversation', conversation_id: conversationId };
    case 5:
      return { type: random.pick(['client.extend-timeout', 'client.close-connection']) };
    default:
      return { type: 'client.new-audio-message', audio, ...config };
  }
}

/** A new socket, perhaps with a conversation, as any of the users and under any of the faults. */
function connect(rig: AmigoRig, random: SeededRandom, tokens: readonly string[], conversationId: string): AmigoClient {
  const faults = Object.keys(FAULTS) as AmigoFaultName[];
  const fault = random.next() < 0.5 ? `&fault=${random.pick(faults)}` : '';
  const query =
    random.pick([VOICE, VOICE, TEXT, 'response_format=voice&audio_format=mp3', 'response_format=song']) + fault;
  const agent = random.next() < 0.3 ? '&agent=echo' : '';
  const client = rig.connect({ query: query + agent, token: random.pick([...tokens, 'made-up']) });
  if (client.socket.openedAtMs === undefined) return client;
  const dice = random.next();
  if (dice < 0.6) client.start();
  else if (dice < 0.8) client.continue(conversationId);
  return client;
}

const cases = POLICIES.flatMap((policy) => PROFILES.map((profile) => [policy, profile] as const));
const FRAMES_EACH = Math.ceil(FUZZ_FRAMES.amigo / cases.length);

describe('hostile clients of Amigo', () => {
  test.each(cases)(
    `policy %s, profile %s: ${FRAMES_EACH} frames, nothing thrown or left over (seed ${SEED})`,
    (policy, profile) => {
      const random = createSeededRandom(SEED);
      const users = ['a', 'b', 'c'];
      const rig = createAmigoRig({
        agent: 'conversation',
        record: false,
        policy,
        profile,
        amigoAccounts: { users, tokenLifeMs: 1e10 },
        amigo: { unfinishedConversation: 'finish', dropHoldMs: 1000 },
      });
      const tokens = users.map((user) => rig.signIn('', user));
      let conversationId = 'a'.repeat(24);
      let spoken = 0;
      let client = connect(rig, random, tokens, conversationId);
      fuzz(FRAMES_EACH, () => {
        if (client.socket.openedAtMs !== undefined) client.sendRaw(someMessage(random, conversationId));
        rig.clock.advanceMs(random.next() < 0.9 ? 60 : Math.floor(random.next() * 3000));
        const [created] = client.socket.texts.filter((text) => text.includes('conversation-created'));
        conversationId = /[a-f0-9]{24}/.exec(created ?? '')?.[0] ?? conversationId;
        if (client.closeCode === undefined && random.next() > 0.01) return;
        spoken += client.socket.texts.filter((text) => text.includes('new-message')).length;
        if (random.next() < 0.5) client.socket.close(random.pick([1000, 1001, 1005, 3000, 4999]));
        rig.clock.advanceMs(Math.floor(random.next() * 4000));
        client = connect(rig, random, tokens, conversationId);
      });
      const { ledger } = rig.sandbox;
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      for (const token of tokens) expect(JSON.stringify(ledger)).not.toContain(token);
      expect(ledger.connectionCount).toBeGreaterThan(10);
      expect(spoken).toBeGreaterThan(20);
      expect(Math.max(...ledger.connections.map(({ frames }) => frames.length))).toBeLessThanOrEqual(2000);
      rig.sandbox.close();
      rig.clock.advanceMs(100);
      expect(ledger.connections.filter(({ state }) => state !== 'closed')).toEqual([]);
      expect(rig.clock.pendingTimerCount).toBe(0);
    },
    FUZZ_TIMEOUT_MS,
  );

  test('1000 sockets that never say a word leave nothing behind', () => {
    const rig = createAmigoRig({ record: false, maxConnections: 2000 });
    const token = rig.signIn();
    for (let i = 0; i < 1000; i++) rig.connect({ token });
    rig.clock.advanceMs(31_000);
    expect(rig.sandbox.ledger.connections.every(({ close }) => close?.code === 3008)).toBe(true);
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test('every option has a default', () => {
    expect(Object.values(AMIGO_DEFAULTS)).not.toContain(undefined);
  });
});
