import { describe, expect, test } from 'vitest';
import type { AmigoServerOptions } from '../src/amigo/options.ts';
import type { Policy } from '../src/core.ts';
import { PCM_CONFIG, SERVICE_ID, START, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

const speech = makeUserSpeech(600);

describe('A-10 and A-11, the form of messages', () => {
  test.each([
    ['no JSON', 'hello'],
    ['JSON that is no object', '[]'],
    ['no type', '{"service_id":"x"}'],
    ['a type that is a number', '{"type":7}'],
    ['an unknown type', '{"type":"client.sing"}'],
    ['a type of the prototype', '{"type":"constructor"}'],
    ['a boolean as a string', '{"type":"client.switch-vad-mode","vad_mode_on":"true"}'],
    ['audio that is a number', '{"type":"client.new-audio-message","audio":7}'],
    ['a service that is a number', '{"type":"client.start-conversation","service_id":7}'],
  ])('%s: 4000', (_name, text) => {
    const rig = createAmigoRig();
    const client = rig.converse().sendRaw(text);
    expect([client.closeCode, rig.verdicts]).toEqual([4000, ['A-10 fatal']]);
  });

  test('binary: 4000', () => {
    const rig = createAmigoRig();
    const client = rig.converse().sendRaw(new Uint8Array(640));
    expect([client.closeCode, rig.verdicts]).toEqual([4000, ['A-11 fatal']]);
  });

  test('what is wrong is named, what was sent is not quoted', () => {
    const rig = createAmigoRig();
    rig.converse().sendRaw('{"type":"client.switch-vad-mode","vad_mode_on":"secret"}');
    const detail = rig.record.violations[0]?.detail ?? '';
    expect(detail).toContain('vad_mode_on');
    expect(detail).not.toContain('secret');
  });

  test('under policy record everything is recorded and nothing closed', () => {
    const rig = createAmigoRig({ policy: 'record' });
    const client = rig.converse().sendRaw('hello').sendRaw(new Uint8Array(2)).say('hi');
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, ['A-10 fatal', 'A-11 fatal']]);
  });
});

describe('A-12, unknown fields', () => {
  const strange = [
    { ...START, colour: 'red' },
    { type: 'client.extend-timeout', seconds: 30 },
  ];

  test.each(strange)('%j: 4000 in profile literal, nothing otherwise', (message) => {
    const literal = createAmigoRig({ profile: 'literal' });
    expect([literal.connect().send(message).closeCode, literal.verdicts]).toEqual([4000, ['A-12 strict']]);
    const documented = createAmigoRig();
    expect([documented.connect().send(message).closeCode, documented.verdicts]).toEqual([undefined, []]);
  });

  test('audio_config has fields, too; those of the page pass', () => {
    const literal = createAmigoRig({ profile: 'literal' });
    const client = literal.converse().sendAudio(speech, PCM_CONFIG);
    expect(literal.verdicts).toEqual([]);
    expect(
      client
        .endUtterance()
        .wait(21_000)
        .sendAudio(speech, { ...PCM_CONFIG, channels: 1 }).closeCode,
    ).toBe(4000);
  });
});

describe('A-13 and A-14, the first message', () => {
  test.each([
    { type: 'client.new-text-message', text: 'hi', message_type: 'user-message' },
    { type: 'client.new-audio-message', audio: 'AAAA' },
    { type: 'client.switch-vad-mode', vad_mode_on: true },
    { type: 'client.finish-conversation' },
  ])('$type before a conversation: 4000', (message) => {
    const rig = createAmigoRig();
    expect([rig.connect().send(message).closeCode, rig.verdicts]).toEqual([4000, ['A-13 fatal']]);
  });

  test('keep-alives may come before, for as long as they keep coming', () => {
    const rig = createAmigoRig();
    expect(rig.connect().idle(60_000).start().types).toEqual(['conversation-created']);
    expect(rig.verdicts).toEqual([]);
  });

  test('close-connection may come before', () => {
    const rig = createAmigoRig();
    expect([rig.connect().leave().closeCode, rig.verdicts]).toEqual([1000, []]);
  });

  test('no message within 30 s: 3008', () => {
    const rig = createAmigoRig();
    expect([rig.connect().wait(30_001).closeCode, rig.verdicts]).toEqual([3008, ['A-23 fatal']]);
  });

  test.each([START, { type: 'client.continue-conversation', conversation_id: 'a'.repeat(24) }])(
    '$type a second time: 4000',
    (message) => {
      const rig = createAmigoRig();
      expect([rig.converse().send(message).closeCode, rig.verdicts]).toEqual([4000, ['A-14 fatal']]);
    },
  );
});

describe('A-15, ids', () => {
  const start = (fields: object) => ({ ...START, ...fields });
  const resume = (id: string) => ({ type: 'client.continue-conversation', conversation_id: id });

  test.each([
    ['a service that is no id', start({ service_id: 'your-service-id' }), 4000],
    ['a service in upper case', start({ service_id: SERVICE_ID.toUpperCase() }), 4000],
    ['an unknown service', start({ service_id: 'a'.repeat(24) }), 4004],
    ['an unknown version set', start({ service_version_set_name: 'newest' }), 4004],
    ['a conversation that is no id', resume('x'), 4000],
    ['an unknown conversation', resume('a'.repeat(24)), 4004],
  ])('%s: %3$d', (_name, message, closeCode) => {
    const rig = createAmigoRig();
    expect([rig.connect().send(message).closeCode, rig.verdicts]).toEqual([closeCode, ['A-15 fatal']]);
  });

  test.each(['release', 'edge', undefined])('version set %s is known', (set) => {
    const rig = createAmigoRig();
    const message = set === undefined ? START : start({ service_version_set_name: set });
    expect(rig.connect().send(message).wait(20).types).toEqual(['conversation-created']);
    expect(rig.verdicts).toEqual([]);
  });

  test("another user's conversation is unknown, a finished one is a conflict", () => {
    const rig = createAmigoRig({ amigoAccounts: { users: ['a', 'b'] } });
    const first = rig.converse({ token: rig.signIn('', 'a') });
    const { conversationId } = first;
    first.finish().leave();
    expect(rig.connect({ token: rig.signIn('', 'b') }).continue(conversationId).closeCode).toBe(4004);
    expect(rig.connect({ token: rig.signIn('', 'a') }).continue(conversationId).closeCode).toBe(4009);
    expect(rig.verdicts).toEqual(['A-15 fatal']);
  });

  test('a conversation that was left goes on, without a greeting', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const first = rig.converse();
    const { conversationId } = first;
    first.leave();
    const second = rig.connect().continue(conversationId).wait(5000);
    expect(second.types).toEqual(['conversation-retrieved']);
    expect(rig.verdicts).toEqual([]);
  });
});

describe('A-16, an unfinished conversation', () => {
  test.each([
    [undefined, 4009, ['A-16 fatal']],
    ['conflict', 4009, ['A-16 fatal']],
    ['bad-request', 4000, ['A-16 fatal']],
    ['finish', undefined, []],
  ] as const)('unfinishedConversation %s: another start gives %s', (setting, closeCode, verdicts) => {
    const amigo: AmigoServerOptions = setting === undefined ? {} : { unfinishedConversation: setting };
    const rig = createAmigoRig({ amigo });
    rig.converse().leave();
    rig.clock.advanceMs(20_000);
    expect([rig.converse().closeCode, rig.verdicts]).toEqual([closeCode, verdicts]);
  });

  test('under policy record the old one ends and the new one begins', () => {
    const rig = createAmigoRig({ policy: 'record' });
    rig.converse().leave();
    expect(rig.converse().types).toEqual(['conversation-created']);
    expect(rig.verdicts).toEqual(['A-16 fatal']);
  });
});

describe('A-17, what is legal when', () => {
  const text = { type: 'client.new-text-message', text: 'hi', message_type: 'user-message' };

  test.each([
    text,
    { type: 'client.switch-vad-mode', vad_mode_on: true },
    { type: 'client.new-audio-message', audio: 'AAAA' },
  ])('$type right after start, without waiting: 4000', (message) => {
    const rig = createAmigoRig();
    expect([rig.connect().send(START).send(message).closeCode, rig.verdicts]).toEqual([4000, ['A-17 fatal']]);
  });

  test.each([text, { type: 'client.switch-vad-mode', vad_mode_on: true }, { type: 'client.finish-conversation' }])(
    '$type within an utterance: 4000',
    (message) => {
      const rig = createAmigoRig();
      const client = rig.converse().sendAudio(speech, PCM_CONFIG).send(message);
      expect([client.closeCode, rig.verdicts]).toEqual([4000, ['A-17 fatal']]);
    },
  );

  test('an event within an utterance is right', () => {
    const rig = createAmigoRig();
    const client = rig.converse().sendAudio(speech, PCM_CONFIG).event('page loaded').event('and more', true);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
  });

  test("text before turn detection is acknowledged, as the vendor's sample has it: strict, and answered", () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { vadOnDelayMs: 1000, greetingDelayMs: 'never' } });
    const client = rig.converse().switchVad(true, 0).send(text).wait(2000);
    expect(rig.verdicts).toEqual(['A-17 strict']);
    expect(client.types).toEqual(['conversation-created', 'new-message', 'vad-mode-switched', 'new-message']);
  });

  test('text, switching and finishing while the agent greets is no breach: nobody asked for that', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const client = rig.converse().wait(1000).send(text).wait(5000).switchVad(true, 40).switchVad(false, 400).finish();
    expect([client.closeCode, rig.verdicts, client.types.at(-1)]).toEqual([undefined, [], 'conversation-completed']);
  });
});

describe('A-18 and A-19, texts', () => {
  test.each(['', ' ', '\n\t '])('%j: 4000', (text) => {
    const rig = createAmigoRig();
    expect([rig.converse().say(text).closeCode, rig.verdicts]).toEqual([4000, ['A-18 fatal']]);
  });

  test('another message_type: 4000', () => {
    const rig = createAmigoRig();
    const client = rig.converse().send({ type: 'client.new-text-message', text: 'hi', message_type: 'shout' });
    expect([client.closeCode, rig.verdicts]).toEqual([4000, ['A-19 fatal']]);
  });

  test('start_interaction with a user message: strict', () => {
    const rig = createAmigoRig();
    const message = {
      type: 'client.new-text-message',
      text: 'hi',
      message_type: 'user-message',
      start_interaction: true,
    };
    expect([rig.converse().send(message).closeCode, rig.verdicts]).toEqual([undefined, ['A-19 strict']]);
  });

  test('right texts of both kinds', () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { greetingDelayMs: 'never' } });
    const client = rig.converse().event('context').say('hi').wait(9000).event('now', true).wait(9000);
    expect(client.types.slice(1)).toEqual([
      'new-message',
      'interaction-complete',
      'new-message',
      'interaction-complete',
    ]);
    expect(rig.verdicts).toEqual([]);
  });
});

describe('A-20, whose turn it is', () => {
  const begin = (policy: Policy = 'enforce') => {
    const rig = createAmigoRig({ agent: 'conversation', policy, amigo: { greetingDelayMs: 'never' } });
    return { rig, client: rig.converse().say('hello') };
  };

  test('text, or audio, while the agent answers: 4009', () => {
    for (const act of ['text', 'audio'] as const) {
      const { rig, client } = begin();
      client.wait(500);
      if (act === 'text') client.say('again');
      else client.sendAudio(speech, PCM_CONFIG);
      expect([client.closeCode, rig.verdicts]).toEqual([4009, ['A-20 fatal']]);
    }
  });

  test('already while it thinks', () => {
    const { rig, client } = begin();
    expect([client.say('again').closeCode, rig.verdicts]).toEqual([4009, ['A-20 fatal']]);
  });

  test('after interaction-complete, and with events at any time, it is right', () => {
    const { rig, client } = begin();
    client.wait(500).event('context').wait(9000).say('again').wait(9000);
    expect(client.all('server.interaction-complete').length).toBe(2);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
  });

  test('under policy record the text cuts the answer off and gets one of its own', () => {
    const { rig, client } = begin('record');
    client.wait(500).say('again').wait(9000);
    expect(rig.verdicts).toEqual(['A-20 fatal']);
    expect(new Set(client.all('server.new-message').map(({ interaction_id }) => interaction_id)).size).toBe(2);
    expect(client.all('server.interaction-complete').length).toBe(1);
  });
});

describe('A-21, the size of messages', () => {
  const textOf = (sizeBytes: number): string => {
    const frame = JSON.stringify({ type: 'client.new-text-message', text: '', message_type: 'external-event' });
    return frame.replace('"text":""', `"text":"${'x'.repeat(sizeBytes - frame.length)}"`);
  };

  test.each([
    [{}, 1_000_000, undefined],
    [{}, 1_000_001, 1009],
    [{ oversized: 'bad-request' }, 1_000_001, 4000],
    [{ messageLimit: 'binary' }, 1_048_576, undefined],
    [{ messageLimit: 'binary' }, 1_048_577, 1009],
  ] as const)('%j: %d bytes give %s', (amigo, sizeBytes, closeCode) => {
    const rig = createAmigoRig({ amigo });
    const client = rig.converse().sendRaw(textOf(sizeBytes));
    expect([client.closeCode, rig.verdicts]).toEqual([closeCode, closeCode === undefined ? [] : ['A-21 fatal']]);
  });

  test('what the transport refuses unread is recorded, too', () => {
    const rig = createAmigoRig();
    const client = rig.converse().sendRaw(textOf(3_000_000)).wait(1);
    expect([client.closeCode, rig.verdicts]).toEqual([1009, ['A-21 fatal']]);
  });

  test('under policy record, 4 MiB are recorded and read', () => {
    const rig = createAmigoRig({ policy: 'record' });
    const client = rig.converse().sendRaw(textOf(4_194_304)).wait(1);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, ['A-21 fatal']]);
  });
});

describe('A-22 to A-24, how often', () => {
  const flood = (amigo: AmigoServerOptions, gapMs: number, count: number, policy: Policy = 'enforce') => {
    const rig = createAmigoRig({ amigo, policy });
    const client = rig.converse();
    for (let i = 0; i < count && client.closeCode === undefined; i++) client.event('tick').wait(gapMs);
    return { rig, client };
  };

  test('1200 messages a minute pass, the next one is 4029', () => {
    const { client, rig } = flood({}, 20, 1300);
    expect([client.closeCode, rig.verdicts]).toEqual([4029, ['A-49 note', 'A-22 fatal']]);
    expect(rig.record.counters.framesIn).toBe(1201);
  });

  test('60 ms messages go on for ever', () => {
    const rig = createAmigoRig();
    const client = rig.converse().switchVad(true).keepSilent(180_000, PCM_CONFIG);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
  });

  test('20 ms messages do not: 4029 after 24 s', () => {
    const rig = createAmigoRig();
    const client = rig.converse().switchVad(true).sendAudio(new Int16Array(320), PCM_CONFIG);
    while (client.closeCode === undefined) client.wait(20).sendAudio(new Int16Array(320));
    expect(client.closeCode).toBe(4029);
    expect((client.socket.closes[0]?.atMs ?? 0) - rig.record.openedAtMs).toBeCloseTo(24_000, -3);
  });

  test('the bucket lets 40 through at once', () => {
    const { client, rig } = flood({ rateWindow: 'bucket' }, 0, 60);
    expect([client.closeCode, rig.verdicts]).toEqual([4029, ['A-22 fatal']]);
    expect(rig.record.counters.framesIn).toBe(41);
  });

  test('under policy record the excess is recorded with every 100th message', () => {
    const { client, rig } = flood({ rateWindow: 'bucket' }, 0, 260, 'record');
    expect(client.closeCode).toBeUndefined();
    expect(rig.record.counters.violationsByRule['A-22']).toBe(3);
  });

  test('30 s without a message: 3008, whatever the server says meanwhile', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const client = rig.converse().wait(29_970);
    expect(client.closeCode).toBeUndefined();
    expect(client.wait(20).closeCode).toBe(3008);
    expect(client.all('server.new-message').length).toBeGreaterThan(10);
    expect(rig.verdicts).toEqual(['A-23 fatal']);
  });

  test('a keep-alive every 15 s is right, one after 4.9 s a note', () => {
    const rig = createAmigoRig();
    const client = rig.converse().idle(120_000);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
    client.wait(4900).send({ type: 'client.extend-timeout' });
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, ['A-24 note']]);
  });
});
