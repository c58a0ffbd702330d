import { assertAtLeast } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { Script } from '../src/core.ts';
import { scripted } from '../src/core.ts';
import { compareWithSpeech, decodeMp3 } from './support/mp3Decoding.ts';
import { makeUserSpeech } from './support/rig.ts';
import { SocaTalk, createCredentials } from './support/socaTalk.ts';
import { createSocaRig } from './support/socaRig.ts';

const SCRIPT: Script = {
  greeting: 'Hello. I am the voice of the sandbox.',
  turns: [
    { user: 'Good morning, can you hear me well today?', agent: ['I am listening.'] },
    { user: 'Stop that please, I have a question.', agent: ['Your turn.'] },
  ],
};

/** A session that was created over HTTP and is connected. */
function startTalk(query = '', delayMs = 0) {
  const rig = createSocaRig({ agent: scripted(SCRIPT) }, delayMs);
  const credentials = createCredentials(rig);
  return { rig, credentials, talk: new SocaTalk(rig, credentials, undefined, query) };
}

const textsOf = (talk: SocaTalk): string =>
  talk
    .of('agentText')
    .map(({ text }) => text)
    .join('');
const bytesOf = (talk: SocaTalk, generation: string): Uint8Array =>
  new Uint8Array(
    Buffer.concat(talk.of('agentAudio').flatMap((event) => (event.generation === generation ? [event.bytes] : []))),
  );

describe('a conversation with the client’s own protocol session', () => {
  test('greeting, a turn of the user’s, its answer, and a clean end; no rule is broken', () => {
    const { rig, talk } = startTalk();
    expect(talk.course.slice(0, 3)).toEqual(['sessionAccepted', 'uplinkOpened', 'agentReady']);
    talk.keepSilent(4000);
    expect(textsOf(talk)).toBe('Hello. I am the voice of the sandbox.');
    talk.speak(makeUserSpeech(2400));
    talk.keepSilent(3000);
    const transcripts = talk.of('transcript');
    expect(transcripts.at(-1)).toMatchObject({ text: SCRIPT.turns[0]?.user, isFinal: true });
    const partials = transcripts.filter(({ isFinal }) => !isFinal).map(({ text }) => text);
    expect(partials.slice(0, 3)).toEqual(['Good', 'Good morning,', 'Good morning, can']);
    expect(talk.of('turnCompleted').map(({ fullText }) => fullText)).toEqual([SCRIPT.greeting, 'I am listening.']);
    // A higher seq ends the reply before it, which was over: no barge.
    expect(talk.of('interrupted').map(({ vendorReason }) => vendorReason)).toEqual([undefined]);
    expect(talk.of('malformedMessage')).toEqual([]);
    talk.hangUp();
    rig.clock.advanceMs(3000);
    expect(talk.closes).toEqual([{ code: 1000, verdict: 'ended none' }]);
    expect(rig.verdicts).toEqual([]);
  });

  test('what is heard of a reply is what was said', async () => {
    const { rig, talk } = startTalk();
    talk.keepSilent(4000);
    const streams = [...new Set(talk.of('agentAudio').map(({ streamId }) => streamId))];
    expect(streams.length).toBe(2);
    const sent = rig.record.sentPcm();
    const [first] = talk.of('agentAudio').filter(({ streamId }) => streamId === streams[0]);
    expect(first?.format).toEqual({ encoding: 'mp3', sampleRate: 22_050 });
    const bytes = talk.of('agentAudio').flatMap((event) => (event.streamId === streams[1] ? [event.bytes] : []));
    const decoded = await decodeMp3(new Uint8Array(Buffer.concat(bytes)));
    const sentence = sent.subarray(sent.length - Math.round((decoded.pcm.length / 22_050) * 16_000));
    assertAtLeast('correlation', compareWithSpeech(decoded, sentence).correlation, 0.95, '');
  });

  test('the user barges in: one interruption, and nothing of the old reply after it', () => {
    const { rig, talk } = startTalk('', 40);
    talk.keepSilent(900);
    talk.speak(makeUserSpeech(2400));
    talk.keepSilent(3000);
    expect(talk.of('interrupted')).toMatchObject([{ nextGeneration: '2', vendorReason: 'content_partial' }]);
    const interruptedAtMs = talk.events.find(({ event }) => event.type === 'interrupted')?.atMs ?? 0;
    const lateOld = talk.events.filter(
      ({ atMs, event }) => atMs > interruptedAtMs && event.type === 'agentAudio' && event.generation === '1',
    );
    expect(lateOld).toEqual([]);
    expect(bytesOf(talk, '2').length).toBeGreaterThan(2000);
    expect(rig.verdicts).toEqual([]);
  });

  test('the client interrupts: the server confirms, and the next turn is answered', () => {
    const { rig, talk } = startTalk();
    talk.keepSilent(400);
    const before = bytesOf(talk, '1').length;
    expect(talk.command({ type: 'interrupt' })).toBe(true);
    talk.keepSilent(2000);
    expect(bytesOf(talk, '1').length).toBe(before);
    talk.speak(makeUserSpeech(1500));
    talk.keepSilent(3000);
    expect(talk.of('turnCompleted').at(-1)).toMatchObject({ generation: '2', fullText: 'I am listening.' });
    expect(rig.verdicts).toEqual([]);
  });

  test('endUserTurn brings the final at once', () => {
    const { rig, talk } = startTalk();
    talk.keepSilent(4000);
    talk.speak(makeUserSpeech(1500));
    talk.command({ type: 'endUserTurn' });
    rig.clock.advanceMs(1);
    expect(talk.of('transcript').filter(({ isFinal }) => isFinal).length).toBe(1);
  });

  test.each(['', '?fault=seq-restart'])(
    'a lost session is taken up again, and what the agent says is heard %s',
    (query) => {
      const { rig, credentials, talk } = startTalk('?fault=dropped&delayMs=2000');
      talk.keepSilent(2500);
      expect(talk.closes).toEqual([{ code: 1006, verdict: 'connection-lost backoff' }]);
      rig.clock.advanceMs(400);
      const again = new SocaTalk(rig, credentials, talk.resumePoint, query);
      again.keepSilent(4000);
      expect(again.of('sessionAccepted')).toEqual([{ type: 'sessionAccepted', conversationId: credentials.sessionId }]);
      expect(textsOf(again)).toBe(SCRIPT.greeting);
      expect(bytesOf(again, query === '' ? '2' : '1').length).toBeGreaterThan(5000);
      expect(rig.verdicts).toEqual([]);
    },
  );

  test('a shutdown is told apart from an end', () => {
    const { rig, talk } = startTalk();
    rig.sandbox.close();
    rig.clock.advanceMs(10);
    expect(talk.closes).toEqual([{ code: 1012, verdict: 'server-shutdown backoff' }]);
  });

  test('the same seed gives the same conversation, byte by byte', () => {
    const play = (): string => {
      const { talk } = startTalk('?fault=slices-anywhere');
      talk.keepSilent(900);
      talk.speak(makeUserSpeech(1500));
      talk.keepSilent(2000);
      return JSON.stringify(talk.events.map(({ atMs, event }) => [atMs, event]));
    };
    expect(play()).toBe(play());
  });

  test('the conversation agent, for a minute: every turn is answered, and no rule is broken', () => {
    const rig = createSocaRig({ agent: 'conversation' });
    const talk = new SocaTalk(rig, createCredentials(rig));
    for (let turn = 0; turn < 6; turn++) {
      talk.keepSilent(8000);
      talk.speak(makeUserSpeech(1500 + 100 * turn, turn + 1));
    }
    talk.keepSilent(2000);
    talk.hangUp();
    const finals = talk.of('transcript').filter(({ isFinal }) => isFinal);
    expect(finals.length).toBe(6);
    expect(new Set(talk.of('agentAudio').map(({ generation }) => generation)).size).toBeGreaterThanOrEqual(6);
    expect(rig.verdicts).toEqual([]);
  });
});
