// Under policy `record` every breach is recorded, nothing is closed, and the conversation goes on as well as it can.
import { describe, expect, test } from 'vitest';
import type { AmigoClient, AmigoRig, ConnectOptions } from './support/amigoRig.ts';
import { MP3_CONFIG, PCM_CONFIG, SERVICE_ID, START, VOICE, createAmigoRig } from './support/amigoRig.ts';

const audio = (config?: object) => ({
  type: 'client.new-audio-message',
  audio: Buffer.alloc(1920).toString('base64'),
  ...(config === undefined ? {} : { audio_config: config }),
});
const text = (fields: object = {}) => ({
  type: 'client.new-text-message',
  text: 'hi',
  message_type: 'user-message',
  ...fields,
});
const resume = (id: string) => ({ type: 'client.continue-conversation', conversation_id: id });

/** What breaks each rule that closes a connection, after the conversation began. */
const DURING: readonly (readonly [rule: string, breach: (client: AmigoClient) => unknown])[] = [
  ['A-10', (client) => client.sendRaw('{')],
  ['A-11', (client) => client.sendRaw(new Uint8Array(3))],
  ['A-14', (client) => client.send(START)],
  ['A-17', (client) => client.sendAudio(new Int16Array(960), PCM_CONFIG).send(text()).endUtterance()],
  ['A-18', (client) => client.send(text({ text: ' ' }))],
  ['A-19', (client) => client.send(text({ message_type: 'shout' }))],
  ['A-20', (client) => client.send(text()).wait(500).send(text())],
  ['A-21', (client) => client.event('x'.repeat(1_000_000))],
  ['A-23', (client) => client.wait(30_100)],
  ['A-30', (client) => client.send(audio()).endUtterance()],
  ['A-32', (client) => client.send(audio({ ...PCM_CONFIG, sample_rate: 8000 })).endUtterance()],
  ['A-33', (client) => client.send({ ...audio(PCM_CONFIG), audio: '?' }).endUtterance()],
  ['A-34', (client) => client.send({ ...audio(PCM_CONFIG), audio: '' }).endUtterance()],
  ['A-36', (client) => client.endUtterance()],
  ['A-38', (client) => client.send(audio(MP3_CONFIG)).endUtterance()],
];

/** What breaks each rule of the handshake; a token is given with a fault of the sign-in. */
const BEFORE: readonly (readonly [rule: string, options: ConnectOptions, tokenFault?: string])[] = [
  ['A-01', { path: '/v1/nobody/conversation/converse_realtime' }],
  ['A-02', { subprotocols: [] }],
  ['A-05', { query: 'response_format=song' }],
  ['A-06', { query: `${VOICE.split('&current')[0]}&current_agent_action_type=(` }],
  ['A-07', {}, 'token-expired'],
  ['A-07', {}, 'token-no-permission'],
  ['A-07', {}, 'token-wrong-region'],
];

function record(): AmigoRig {
  return createAmigoRig({ agent: 'conversation', policy: 'record', amigo: { greetingDelayMs: 'never' } });
}

/** Waits out whatever is being said, asks, and expects an answer. */
function expectAnswer(client: AmigoClient): void {
  const before = client.wait(25_000).all('server.interaction-complete').length;
  client.say('hello').wait(15_000);
  expect(client.all('server.interaction-complete').length).toBe(before + 1);
  expect(client.closeCode).toBeUndefined();
}

const rulesOf = (rig: AmigoRig): string[] => rig.sandbox.ledger.violations.map(({ ruleId }) => ruleId);

describe('under policy record', () => {
  test.each(DURING)('%s is recorded, and the next text is answered', (rule, breach) => {
    const rig = record();
    const client = rig.converse();
    breach(client);
    expect(client.closeCode).toBeUndefined();
    expect(rulesOf(rig)).toContain(rule);
    expectAnswer(client);
  });

  test.each(BEFORE.map(([rule, options, fault]) => ({ rule, options, fault })))(
    '$rule is recorded, and there is a conversation all the same: $options $fault',
    ({ rule, options, fault }) => {
      const rig = record();
      const token = fault === undefined ? {} : { token: rig.signIn(`?fault=${fault}`) };
      const client = rig.converse({ ...options, ...token });
      expect(rulesOf(rig)).toContain(rule);
      expectAnswer(client);
    },
  );

  test.each([
    ['A-13', text()],
    ['A-15', { ...START, service_id: 'x' }],
    ['A-15', { ...START, service_id: 'a'.repeat(24) }],
    ['A-15', { ...START, service_version_set_name: 'newest' }],
    ['A-15', resume('a'.repeat(24))],
  ])('%s, %j, is recorded; where there is nothing to go on with, a start still makes one', (rule, message) => {
    const rig = record();
    const client = rig.connect().send(message).wait(20);
    if (!client.types.includes('conversation-created')) client.start();
    expect(rulesOf(rig)).toEqual([rule]);
    expectAnswer(client);
  });

  test('A-08: two connections of one user to one service, both of which talk', () => {
    const rig = record();
    const [first, second] = [
      rig.converse(),
      rig
        .connect()
        .send({ ...START, service_id: SERVICE_ID })
        .wait(20),
    ];
    expect(rulesOf(rig)).toEqual(['A-08', 'A-16']);
    expectAnswer(second);
    expect(first.closeCode).toBe(undefined);
  });

  test('A-40, A-43 and A-50, switching and finishing', () => {
    const rig = record();
    const client = rig.converse({ query: VOICE.replace('pcm', 'mp3') }).switchVad(true);
    client.keepSilent(600, PCM_CONFIG).finish().say('late');
    expect(rulesOf(rig)).toEqual(['A-40', 'A-43', 'A-50']);
    expect([client.closeCode, client.types.at(-1)]).toEqual([undefined, 'conversation-completed']);
  });

  test('a token that expires ends nothing', () => {
    const rig = createAmigoRig({ policy: 'record', amigoAccounts: { tokenLifeMs: 10_000 } });
    expect(rig.converse().idle(20_000).closeCode).toBeUndefined();
  });
});
