import { describe, expect, test } from 'vitest';
import type { AmigoFault } from '../src/amigo/faults.ts';
import { conversation } from '../src/core.ts';
import type { AmigoClient } from './support/amigoRig.ts';
import { PCM_CONFIG, START, VOICE, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

const speech = makeUserSpeech(1200);
const LOST = `${VOICE}&impair=terminateAtMs=1000`;
const all = (rig: ReturnType<typeof createAmigoRig>): string[] =>
  rig.sandbox.ledger.violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`);

describe('A-50, after the end', () => {
  test.each([
    { type: 'client.new-text-message', text: 'hi', message_type: 'user-message' },
    { type: 'client.switch-vad-mode', vad_mode_on: true },
    { type: 'client.finish-conversation' },
    START,
  ])('$type after conversation-completed: 4009', (message) => {
    const rig = createAmigoRig();
    expect([rig.converse().finish().send(message).closeCode, rig.verdicts]).toEqual([4009, ['A-50 fatal']]);
  });

  test('already after the request to finish', () => {
    const rig = createAmigoRig({ amigo: { finishDelayMs: 1000 } });
    expect([rig.converse().finish(0).say('hi').closeCode, rig.verdicts]).toEqual([4009, ['A-50 fatal']]);
  });

  test("a microphone that runs on, as in the vendor's sample, is strict; keep-alives are not even that", () => {
    const rig = createAmigoRig();
    const client = rig
      .converse()
      .switchVad(true)
      .keepSilent(600, PCM_CONFIG)
      .switchVad(false, 0)
      .keepSilent(300)
      .finish();
    client.keepSilent(3000).send({ type: 'client.extend-timeout' });
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, ['A-50 strict']]);
    expect(client.types.at(-1)).toBe('conversation-completed');
  });

  test('when the agent ends it, what was on its way for 1 s is no breach', () => {
    const rig = createAmigoRig({ agent: conversation({ turnsUntilGoodbye: 1 }) });
    const client = rig.converse().wait(6000).switchVad(true).keepSilent(300, PCM_CONFIG).speak(speech);
    while (!client.all('server.interaction-complete').some((message) => message.conversation_completed))
      client.keepSilent(60);
    client.keepSilent(900);
    expect(all(rig)).toEqual([]);
    client.keepSilent(300);
    expect([client.closeCode, all(rig)]).toEqual([undefined, ['A-50 strict']]);
  });

  test.each(['agent-ends', 'completed-unasked'] as const)('fault %s: only close-connection follows', (fault) => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { faults: [fault] } });
    const client = rig.converse().wait(8000).leave();
    expect([client.closeCode, all(rig)]).toEqual([1000, []]);
    expect(rig.connect().continue(client.conversationId).closeCode).toBe(4009);
  });
});

describe('A-51, goodbye', () => {
  test('finish, close-connection, 1000: nothing to say', () => {
    const rig = createAmigoRig();
    expect([rig.converse().finish().leave().closeCode, all(rig)]).toEqual([1000, []]);
    expect(rig.record.state).toBe('closed');
  });

  test.each([
    ['without close-connection', 1000, ['A-51 strict']],
    ['by another code', 3001, ['A-51 strict']],
    ['as a page that goes away', 1001, ['A-51 note']],
  ])('closing %s: %3$j', (_name, code, verdicts) => {
    const rig = createAmigoRig();
    rig.converse().socket.close(code);
    rig.clock.advanceMs(1);
    expect(all(rig)).toEqual(verdicts);
  });

  test("a close without a code after close-connection, as in the vendor's sample, is a note", () => {
    const rig = createAmigoRig();
    const client = rig.converse().finish().send({ type: 'client.close-connection' });
    client.socket.close(1005);
    rig.clock.advanceMs(1);
    expect(all(rig)).toEqual(['A-51 note']);
  });

  test('leaving a conversation unfinished is a note', () => {
    const rig = createAmigoRig();
    rig.converse().leave();
    expect(all(rig)).toEqual(['A-51 note']);
  });

  test('a socket that stays open after close-connection is closed after 5 s, or at once by closer "server"', () => {
    const rig = createAmigoRig();
    const client = rig.converse().finish().send({ type: 'client.close-connection' }).wait(5001);
    expect([client.closeCode, all(rig)]).toEqual([1000, ['A-51 strict']]);
    const brisk = createAmigoRig({ amigo: { closer: 'server' } });
    const other = brisk.converse().finish().send({ type: 'client.close-connection' });
    expect([other.closeCode, all(brisk)]).toEqual([1000, []]);
  });

  test('a server that shuts down says 1012, and the conversation can go on elsewhere', () => {
    const rig = createAmigoRig();
    const client = rig.converse();
    rig.sandbox.close();
    rig.clock.advanceMs(1);
    expect([client.closeCode, all(rig)]).toEqual([1012, []]);
  });
});

describe('A-52, coming back', () => {
  test('with continue, audio_config and turn detection: nothing to say', () => {
    const rig = createAmigoRig({ amigo: { dropHoldMs: 0 } });
    const lost = rig.converse({ query: LOST }).switchVad(true).keepSilent(1200, PCM_CONFIG);
    expect(lost.closeCode).toBe(1006);
    const back = rig.connect().continue(lost.conversationId).switchVad(true).keepSilent(600, PCM_CONFIG);
    expect([back.closeCode, back.types]).toEqual([undefined, ['conversation-retrieved', 'vad-mode-switched']]);
    expect(all(rig)).toEqual(['A-51 note']);
  });

  test('with start: fatal, and refused as A-16', () => {
    const rig = createAmigoRig({ amigo: { dropHoldMs: 0 } });
    rig.converse({ query: LOST }).wait(1000);
    expect(rig.converse().closeCode).toBe(4009);
    expect(all(rig)).toEqual(['A-51 note', 'A-52 fatal', 'A-16 fatal']);
  });

  test('with start, 2 minutes later: A-16 alone', () => {
    const rig = createAmigoRig({ amigo: { dropHoldMs: 0 } });
    rig.converse({ query: LOST }).wait(121_100);
    expect(rig.converse().closeCode).toBe(4009);
    expect(all(rig)).toEqual(['A-51 note', 'A-16 fatal']);
  });

  describe('without the turn detection that was on: strict, told once', () => {
    const back = () => {
      const rig = createAmigoRig({ amigo: { dropHoldMs: 0 } });
      const lost = rig.converse({ query: LOST }).switchVad(true).keepSilent(1200, PCM_CONFIG);
      return { rig, client: rig.connect().continue(lost.conversationId) };
    };

    test.each<[string, (client: AmigoClient) => unknown]>([
      ['an utterance', (client) => client.sendAudio(speech.subarray(0, 960), PCM_CONFIG)],
      ['text', (client) => client.say('hello').wait(9000).finish().leave()],
      ['the end', (client) => client.wait(1100).finish().leave()],
      ['the end', (client) => client.wait(1100).leave()],
    ])('seen by %s', (what, act) => {
      const { rig, client } = back();
      act(client);
      const details = rig.sandbox.ledger.violations.flatMap(({ ruleId, detail }) =>
        ruleId === 'A-52' ? [detail] : [],
      );
      expect(details).toEqual([`${what}, but turn detection was on`]);
      expect(all(rig)).toContain('A-52 strict');
    });

    test('not by an event, nor by an end within a second', () => {
      const { rig, client } = back();
      client.event('a parcel came').finish().leave();
      expect(all(rig)).toEqual(['A-51 note']);
    });

    test('after a second loss, too', () => {
      const rig = createAmigoRig({ amigo: { dropHoldMs: 0 } });
      const { conversationId } = rig.converse({ query: LOST }).switchVad(true).keepSilent(1200, PCM_CONFIG);
      rig.connect({ query: LOST }).continue(conversationId).wait(1100);
      rig.connect().continue(conversationId).say('hello');
      expect(all(rig)).toEqual(['A-51 note', 'A-51 note', 'A-52 strict']);
    });
  });

  test('an utterance that the loss cut off is gone; the next one is heard whole', () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { dropHoldMs: 0, greetingDelayMs: 'never' } });
    const lost = rig.converse({ query: LOST }).speak(speech, PCM_CONFIG);
    const back = rig.connect().continue(lost.conversationId).speak(speech, PCM_CONFIG).endUtterance().wait(9000);
    expect(rig.record.utterances[0]?.durationMs).toBe(1200);
    expect(back.types).toContain('new-message');
  });
});

describe('A-53, when to come back', () => {
  const after = (fault: AmigoFault, waitMs: number) => {
    const rig = createAmigoRig({ amigo: { faults: [fault] } });
    rig.converse().wait(10);
    rig.clock.advanceMs(waitMs);
    rig.connect();
    return all(rig).filter((verdict) => verdict.startsWith('A-53'));
  };

  test.each([
    ['forbidden', 500, ['A-53 strict']],
    ['forbidden', 10_000, []],
    [{ name: 'rate-limited', delayMs: 0 }, 4900, ['A-53 strict']],
    [{ name: 'rate-limited', delayMs: 0 }, 5100, []],
    ['unauthorized', 0, []],
  ] as const)('after %j, %d ms later: %j', (fault, waitMs, verdicts) => {
    expect(after(fault, waitMs)).toEqual(verdicts);
  });

  test('3000: once more with a new token is right, with the same one it is strict', () => {
    const rig = createAmigoRig();
    const token = rig.signIn('?fault=token-expired');
    expect(rig.connect({ token }).closeCode).toBe(3000);
    rig.connect({ token });
    expect(all(rig)).toEqual(['A-07 fatal', 'A-53 strict', 'A-07 fatal']);
    const other = createAmigoRig();
    other.connect({ token: other.signIn('?fault=token-expired') });
    expect(other.converse().types).toEqual(['conversation-created']);
    expect(all(other)).toEqual(['A-07 fatal']);
  });

  test.each(['close', 'http'] as const)('3000 by %s: a token that was never issued may come once', (refusal) => {
    const rig = createAmigoRig({ amigo: { refusal } });
    const token = 'a.made.up-token';
    for (let i = 0; i < 5; i++) rig.connect({ token }).wait(1000);
    expect(all(rig).toSorted()).toEqual([
      ...Array<string>(5).fill('A-07 fatal'),
      ...Array<string>(4).fill('A-53 strict'),
    ]);
    expect(JSON.stringify(rig.sandbox.ledger)).not.toContain(token);
    rig.connect({ token: 'another.made.up-token' });
    expect(all(rig).filter((verdict) => verdict === 'A-53 strict')).toHaveLength(4);
  });

  test('six attempts in a row are a storm', () => {
    const rig = createAmigoRig();
    const token = rig.signIn();
    for (let i = 0; i < 6; i++) rig.connect({ token }).wait(100).leave();
    const details = rig.sandbox.ledger.violations.map(({ ruleId, detail }) => `${ruleId} ${detail}`);
    expect(details).toEqual([expect.stringMatching(/^A-53 6 attempts within 5\d\d ms$/)]);
  });
});
