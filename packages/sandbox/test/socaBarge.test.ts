import { settlePromises } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AgentFactory, PartialTranscript, SocaServerOptions } from '../src/core.ts';
import { makeUserSpeech } from './support/rig.ts';
import type { SocaClient, SocaRig } from './support/socaRig.ts';
import { createSocaRig } from './support/socaRig.ts';

const tone = (durationMs: number): Int16Array =>
  Int16Array.from({ length: durationMs * 16 }, (_, i) => Math.round(8000 * Math.sin(i / 5)));

/** Says one long line at the start and a short one after every turn; speech over it cuts it off. */
const talker: AgentFactory = (context) => ({
  opened: () => context.say({ text: 'A long story.', pcm: tone(20_000) }),
  userSpeechStarted: () => context.stopSpeaking(),
  userSpeechEnded: () => context.say({ text: 'Yes.', pcm: tone(1000) }),
});

/** A session in which the agent has talked for 1 s. */
function startTalk(soca: SocaServerOptions = {}, query = ''): { rig: SocaRig; client: SocaClient } {
  const rig = createSocaRig({ agent: talker, soca: { deliverySpeedRatio: 1, ...soca } });
  const client = rig.connect(query);
  client.keepSilent(1000);
  return { rig, client };
}

const scripted = (partial: PartialTranscript | undefined): SocaServerOptions => ({ recognize: () => partial });
const bargesOf = (client: SocaClient): readonly unknown[] => client.of('barge').map(({ seq, reason }) => [seq, reason]);
const seqsOf = (client: SocaClient): readonly unknown[] => client.sentences.map(({ seq }) => seq);
const WORDS = { text: 'please stop talking', confidence: 0.9 };

describe('the user speaks over the agent', () => {
  test('partials come every 200 ms, the first that passes the gate ends the reply, and the answer has its number', () => {
    const { client } = startTalk(scripted(WORDS));
    client.speak(makeUserSpeech(1500));
    client.keepSilent(2500);
    expect(bargesOf(client)).toEqual([[2, 'content_partial']]);
    expect(client.course).toEqual([
      'ready', 'stt.ready', 'sentence', 'stt.partial', 'barge', 'stt.final', 'sentence', 'final_answer',
    ]); // prettier-ignore
    expect(client.messages.filter(({ seq }) => seq === 1).every(({ stepType }) => stepType === 'sentence')).toBe(true);
    expect(client.of('final_answer')).toMatchObject([{ seq: 2, fullResponse: { answers: [{ output: 'Yes.' }] } }]);
  });

  test('nothing of the reply follows its barge', () => {
    const { client } = startTalk(scripted(WORDS));
    client.speak(makeUserSpeech(1500));
    client.keepSilent(2000);
    const kinds = client.messages.map(({ type, seq }) => (type === 'barge' ? 'barge' : seq));
    expect(kinds.slice(kinds.indexOf('barge')).filter((kind) => kind === 1)).toEqual([]);
  });

  test('in silence the same partials interrupt nothing', () => {
    const rig = createSocaRig({ soca: scripted(WORDS) });
    const client = rig.connect();
    client.keepSilent(500);
    client.speak(makeUserSpeech(1500));
    client.keepSilent(2000);
    expect(client.of('stt.partial').length).toBe(1);
    expect(client.of('stt.final').length).toBe(1);
    expect(bargesOf(client)).toEqual([]);
  });
});

test('partials keep their pace when the user speaks again at once after a turn', () => {
  const heardMs: number[] = [];
  const recognize = ({ speechMs }: { speechMs: number }) => {
    heardMs.push(speechMs);
    return { text: `${heardMs.length} words so far`, confidence: 0.9 };
  };
  const rig = createSocaRig({ soca: { recognize } });
  const client = rig.connect();
  client.keepSilent(300);
  for (let pauseMs = 600; pauseMs <= 800; pauseMs += 20) {
    client.speak(makeUserSpeech(1000));
    client.keepSilent(pauseMs);
  }
  expect(heardMs.length).toBeGreaterThan(40);
  expect(heardMs.filter((ms) => ms % 200 !== 0)).toEqual([]);
});

describe('the gate, on the server’s clock', () => {
  const barges = (soca: SocaServerOptions): number => {
    const { client } = startTalk(soca);
    client.speak(makeUserSpeech(2600));
    client.keepSilent(200);
    return client.of('barge').length;
  };

  test.each([
    ['9 characters', { text: 'stop that', confidence: 0.9 }, 0],
    ['10 characters', { text: 'stop there', confidence: 0.9 }, 1],
    ['1 word', { text: 'interruption', confidence: 0.9 }, 0],
    ['2 words', { text: 'an interruption', confidence: 0.9 }, 1],
    ['confidence 0.29', { ...WORDS, confidence: 0.29 }, 0],
    ['confidence 0.30', { ...WORDS, confidence: 0.3 }, 1],
    ['fillers only', { text: 'uh um hmm eh ah ya yah', confidence: 0.9 }, 0],
    ['fillers and two words', { text: 'uh um hmm wait please', confidence: 0.9 }, 1],
  ])('%s', (_name, partial, wanted) => {
    expect(barges(scripted(partial))).toBe(wanted);
  });

  test.each([
    [1490, 1],
    [1500, 1],
    [1510, 0],
  ])('words %d ms after the detector heard speech: %d', (atMs, wanted) => {
    const recognize = ({ speechMs }: { speechMs: number }) => (speechMs >= atMs ? WORDS : undefined);
    expect(barges({ recognize, partialEveryMs: 10 })).toBe(wanted);
  });

  test.each([
    [790, 1],
    [800, 2],
    [810, 2],
  ])('with a cooldown that ends %d ms … a second interruption', (sinceMs, wanted) => {
    // The agent that never stops keeps talking, so the same speech may interrupt it again.
    const stubborn: AgentFactory = (context) => ({
      opened: () => context.say({ text: 'A long story.', pcm: tone(20_000) }),
    });
    let firstAtMs: number | undefined;
    const recognize = ({ speechMs }: { speechMs: number }) => {
      firstAtMs ??= speechMs;
      const isTime = speechMs === firstAtMs || speechMs - firstAtMs === sinceMs;
      return isTime ? WORDS : undefined;
    };
    const rig = createSocaRig({ agent: stubborn, soca: { recognize, partialEveryMs: 10 } });
    const client = rig.connect();
    client.keepSilent(1000);
    client.speak(makeUserSpeech(2600));
    expect(client.of('barge').length).toBe(wanted);
  });

  test('thresholds are options', () => {
    expect(
      barges({
        ...scripted({ text: 'no', confidence: 0.9 }),
        gate: { minPartialCharCount: 2, minPartialWordCount: 1 },
      }),
    ).toBe(1);
  });
});

describe('speech that does not pass the gate', () => {
  test('words that come too late interrupt when they are final: the answer has a higher seq, and no barge comes', () => {
    const { client } = startTalk(scripted(undefined));
    client.speak(makeUserSpeech(2500));
    client.keepSilent(2000);
    expect(bargesOf(client)).toEqual([]);
    expect(client.of('stt.final').length).toBe(1);
    expect(seqsOf(client).at(-1)).toBe(2);
  });

  test.each([
    ['ignored', 'ignore', 1],
    ['answered with fillerFinals "answer"', 'answer', 2],
  ] as const)('a final of fillers is %s', (_name, fillerFinals, lastSeq) => {
    const rig = createSocaRig({
      agent: talker,
      transcriber: { transcribe: () => 'Hmm, ya.', transcribePart: () => 'hmm' },
      soca: { deliverySpeedRatio: 1, fillerFinals },
    });
    const client = rig.connect();
    client.keepSilent(1000);
    client.speak(makeUserSpeech(800));
    client.keepSilent(2000);
    expect(client.of('stt.final')).toMatchObject([{ text: 'Hmm, ya.' }]);
    expect(seqsOf(client).at(-1)).toBe(lastSeq);
  });

  test('an empty final is sent and never answered', () => {
    const rig = createSocaRig({ agent: 'conversation', transcriber: { transcribe: () => '' } });
    const client = rig.connect();
    client.keepSilent(9000);
    const before = client.sentences.length;
    client.speak(makeUserSpeech(1200));
    client.keepSilent(5000);
    expect(client.of('stt.final')).toMatchObject([{ text: '' }]);
    expect(client.sentences.length).toBe(before);
  });
});

describe('a transcript that takes its time', () => {
  test('the final waits for it, and so does the answer', async () => {
    const transcriber = { transcribe: () => Promise.resolve('What did you say?') };
    const rig = createSocaRig({ agent: talker, transcriber, soca: { deliverySpeedRatio: 1 } });
    const client = rig.connect();
    client.keepSilent(500);
    client.speak(makeUserSpeech(1000));
    client.keepSilent(1000);
    expect(client.of('stt.final')).toEqual([]);
    await settlePromises();
    client.keepSilent(1000);
    expect(client.of('stt.final')).toMatchObject([{ text: 'What did you say?' }]);
    expect(seqsOf(client).at(-1)).toBe(2);
  });
});

describe('D-12, the client’s barge', () => {
  const barge = (soca: SocaServerOptions = {}, query = '') => {
    const talk = startTalk(soca, query);
    talk.client.sendJson({ type: 'barge' });
    const before = seqsOf(talk.client).length;
    talk.client.keepSilent(2000);
    return { ...talk, later: seqsOf(talk.client).slice(before) };
  };

  test('the reply ends and a barge with the next number confirms it', () => {
    const { rig, client, later } = barge();
    expect(bargesOf(client)).toEqual([[2, 'manual']]);
    expect(later).toEqual([]);
    expect(rig.verdicts).toEqual([]);
  });

  test('clientBarge "obey": the reply ends, and nothing is said about it', () => {
    const { client, later } = barge({ clientBarge: 'obey' });
    expect([bargesOf(client), later]).toEqual([[], []]);
  });

  test.each([
    ['clientBarge "ignore"', { clientBarge: 'ignore' } as const, ''],
    ['fault barge-ignored', {}, 'fault=barge-ignored'],
  ])('%s: the reply goes on', (_name, soca, query) => {
    const { client, later } = barge(soca, query);
    expect(bargesOf(client)).toEqual([]);
    expect(later.length).toBeGreaterThan(3);
    expect(new Set(later)).toEqual(new Set([1]));
  });

  test('a second barge for the same reply: strict; for the next reply: nothing', () => {
    const { rig, client } = barge();
    client.sendJson({ type: 'barge' });
    client.keepSilent(100);
    expect(rig.verdicts).toEqual(['D-12 strict']);
    client.speak(makeUserSpeech(1000));
    client.keepSilent(900);
    expect(seqsOf(client).at(-1)).toBe(2);
    client.sendJson({ type: 'barge' });
    client.keepSilent(100);
    expect(rig.verdicts).toEqual(['D-12 strict']);
    expect(bargesOf(client)).toEqual([[2, 'manual'], [3, 'manual']]); // prettier-ignore
  });

  test('a barge before anything was said: a note', () => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.sendJson({ type: 'barge' });
    client.keepSilent(100);
    expect(rig.verdicts).toEqual(['D-12 note']);
    expect(client.course).toEqual(['ready', 'stt.ready']);
  });
});

describe('the client’s stop', () => {
  test('ends the utterance: its final comes at once, not after the silence', () => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.keepSilent(300);
    client.speak(makeUserSpeech(1000));
    client.sendJson({ type: 'stop' });
    rig.clock.advanceMs(1);
    expect(client.of('stt.final').length).toBe(1);
    client.keepSilent(2000);
    expect(client.of('stt.final').length).toBe(1);
    expect(client.closes).toEqual([]);
  });

  test('without an utterance an empty final answers it', () => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.sendJson({ type: 'stop' });
    rig.clock.advanceMs(1);
    expect(client.of('stt.final')).toMatchObject([{ text: '' }]);
  });

  test.each([
    ['end-utterance', 1, true],
    ['end-reply', 1, false],
    ['ignore', 0, true],
  ] as const)('clientStop "%s": %i finals, and the agent goes on: %s', (clientStop, finals, goesOn) => {
    const { client } = startTalk({ clientStop });
    client.sendJson({ type: 'stop' });
    client.keepSilent(20);
    const before = client.sentences.length;
    client.keepSilent(1000);
    expect(client.of('stt.final').length).toBe(finals);
    expect(client.sentences.length > before).toBe(goesOn);
  });
});
