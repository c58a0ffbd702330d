// This file leads whole conversations: the client's session against the server's half of the codec, audio and all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGENT_ID, SOCA_CREDENTIALS, SOCA_KEY } from '../../test/socaSubject.ts';
import type { SessionCommand, SessionEvent } from '../neutral/session.ts';
import type { SessionStep } from '../neutral/vendor.ts';
import { encodeBase64 } from '../wire/base64Encode.ts';
import {
  CLOSE_CODES,
  encodeServerMessage,
  parseClientMessage,
  soca,
  type Sentence,
  type ServerMessage,
} from './index.ts';

/** A client's session, and a server that sees what it sends and says what the test tells it to. */
function startExchange() {
  const session = soca({ agentId: AGENT_ID, language: 'id', credentials: SOCA_CREDENTIALS }).createSession(
    SOCA_CREDENTIALS,
  );
  const seen: string[] = [];
  const events: SessionEvent[] = [];
  const take = (step: SessionStep): void => {
    events.push(...step.events);
    for (const { payload } of step.send) {
      const parsed = parseClientMessage(payload);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      seen.push(parsed.message.type);
    }
  };
  take(session.open());
  return {
    seen,
    events,
    session,
    say: (...messages: readonly ServerMessage[]) => {
      for (const message of messages) take(session.receive(encodeServerMessage(message)));
    },
    command: (command: SessionCommand) => {
      const result = session.command(command);
      if (result.ok) take(result.step);
      return result.ok;
    },
    expire: () => {
      const wait = session.pendingWait();
      if (wait) take(session.expireWait(wait));
    },
    close: (code: number) => session.closed({ code, reason: '', wasOpen: true }),
  };
}

const FRAME: SessionCommand = { type: 'sendAudio', bytes: new Uint8Array(640).fill(1) };

const sentence = (
  sentenceId: number,
  chunkIndex: number,
  seq: number,
  fields: Partial<Sentence> = {},
): ServerMessage => ({
  type: 'sentence',
  step: { stepType: 'sentence', sentenceId, audioBase64: null, chunkIndex, isLastChunk: false, seq, ...fields },
});

/** The bytes of each stream, in order of their first packet. */
function streamsOf(events: readonly SessionEvent[]): ReadonlyMap<string, readonly number[]> {
  const streams = new Map<string, number[]>();
  for (const event of events) {
    if (event.type !== 'agentAudio' || event.streamId === undefined) continue;
    const bytes = streams.get(event.streamId) ?? [];
    streams.set(event.streamId, bytes);
    bytes.push(...event.bytes);
  }
  return streams;
}

const typesOf = (events: readonly SessionEvent[]) => events.map(({ type }) => type);

describe('a conversation', () => {
  test('goes start, ready, stt.ready, audio up, transcripts, sentences, barge, the next reply, and our close', () => {
    const talk = startExchange();
    expect(talk.command(FRAME)).toBe(false);
    talk.say({ type: 'ready', session_id: '0f0e' });
    expect(talk.command(FRAME)).toBe(false);
    talk.say({ type: 'stt.ready' });
    expect([talk.command(FRAME), talk.command(FRAME)]).toEqual([true, true]);
    talk.say({ type: 'stt.partial', text: 'halo apa' }, { type: 'stt.final', text: 'Halo, apa kabar?' });
    const baik = encodeBase64(Uint8Array.of(1, 2, 3, 4));
    talk.say(
      sentence(501, 0, 12, { contentStep: 'Baik!', audioBase64: baik }),
      sentence(501, 1, 12, { isLastChunk: true }),
      sentence(502, 0, 12, { contentStep: 'Anda?', audioBase64: baik }),
      { type: 'stt.partial', text: 'tunggu dulu saya' },
      { type: 'barge', seq: 13, reason: 'content_partial' },
      sentence(502, 1, 12, { audioBase64: baik }),
      { type: 'stt.final', text: 'Tunggu dulu, saya mau tanya' },
      sentence(503, 0, 13, { contentStep: 'Silakan.', audioBase64: baik, isLastChunk: true }),
      {
        type: 'final_answer',
        step: { stepType: 'final_answer', fullResponse: { answers: [{ output: 'Silakan.' }] }, seq: 13 },
      },
    );
    expect(talk.seen).toEqual(['start', 'audio', 'audio']);
    expect(typesOf(talk.events)).toEqual([
      'sessionAccepted',
      'uplinkOpened',
      'agentReady',
      'transcript',
      'transcript',
      'agentText',
      'agentAudio',
      'agentAudioEnded',
      'agentText',
      'agentAudio',
      'transcript',
      'interrupted',
      'transcript',
      'agentText',
      'agentAudio',
      'agentAudioEnded',
      'turnCompleted',
    ]);
    expect(talk.events).toContainEqual({ type: 'interrupted', nextGeneration: '13', vendorReason: 'content_partial' });
    expect(talk.events.at(-1)).toEqual({ type: 'turnCompleted', generation: '13', fullText: 'Silakan.' });
    expect([...streamsOf(talk.events)]).toEqual([
      ['1', [1, 2, 3, 4]],
      ['2', [1, 2, 3, 4]],
      ['3', [1, 2, 3, 4]],
    ]);
    expect(talk.command({ type: 'leave' })).toBe(true);
    expect(talk.close(CLOSE_CODES.ended)).toEqual({ code: 'ended', retry: 'none', vendorCode: 'left' });
  });

  test('with a wrong key: error, and the session is over without waiting for a close that no page promises', () => {
    const talk = startExchange();
    talk.say({ type: 'error', message: `Invalid or expired token ${SOCA_KEY}` });
    expect(talk.events).toEqual([
      { type: 'vendorError', vendorCode: 'error', vendorMessage: 'Invalid or expired token [redacted]' },
      { type: 'sessionEnded', cause: 'server-ended', vendorReason: 'Invalid or expired token [redacted]' },
    ]);
    const other = startExchange();
    other.say({ type: 'error', message: 'Invalid or expired token' });
    expect(other.close(1000)).toMatchObject({ code: 'auth-failed', retry: 'never' });
  });

  test('is interrupted by us: barge goes out once, and not a byte of the reply comes after it', () => {
    const talk = startExchange();
    talk.say({ type: 'stt.ready' }, sentence(1, 0, 5, { audioBase64: 'AAAA' }));
    expect(talk.command({ type: 'interrupt' })).toBe(true);
    const heardCount = talk.events.length;
    talk.say(sentence(1, 1, 5, { audioBase64: 'AAAA', isLastChunk: true }), sentence(2, 0, 5, { audioBase64: 'AAAA' }));
    expect(talk.events).toHaveLength(heardCount);
    expect(talk.seen).toEqual(['start', 'barge']);
  });

  test('survives a sentence that never ends: the wait of 5000 ms ends its stream', () => {
    const talk = startExchange();
    expect(talk.session.pendingWait()).toBeUndefined();
    talk.say({ type: 'stt.ready' }, sentence(1, 0, 5, { audioBase64: 'AAE' }));
    expect(talk.session.pendingWait()).toEqual({ awaited: 'sentence-chunk', limitMs: 5000 });
    talk.expire();
    expect(talk.events.slice(-3).map(({ type }) => type)).toEqual(['agentAudio', 'agentAudioEnded', 'waitExpired']);
    expect(talk.session.pendingWait()).toBeUndefined();
    expect([...streamsOf(talk.events).values()]).toEqual([[0, 1]]);
  });

  test('reports what is not base64 and plays the rest', () => {
    const talk = startExchange();
    talk.say({ type: 'stt.ready' }, sentence(1, 0, 5, { audioBase64: 'AA!!AA', isLastChunk: true }));
    const issue = { path: ['audioBase64'], expected: 'base64', received: '2 other characters' };
    expect(talk.events).toContainEqual({ type: 'malformedMessage', issues: [issue] });
    expect([...streamsOf(talk.events).values()]).toEqual([[0, 0, 0]]);
  });
});

describe('audio', () => {
  /** One way of putting bytes into chunks of base64. */
  const spellings: Readonly<Record<string, (bytes: Uint8Array, cuts: readonly number[]) => readonly string[]>> = {
    'slices of one encoding': (bytes, cuts) => slices(encodeBase64(bytes), cuts),
    'an encoding with padding per chunk': (bytes, cuts) => slicesOf(bytes, cuts).map((part) => encodeBase64(part)),
    'one character per chunk': (bytes) => encodeBase64(bytes).split(''),
    'the URL alphabet with line breaks': (bytes, cuts) =>
      slices(encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/.{20}/g, '$&\r\n'), cuts),
    'a data URL': (bytes, cuts) => slices(`data:audio/mp3;base64,${encodeBase64(bytes)}`, cuts),
  };

  test.each(Object.entries(spellings))(
    'as %s gives the same bytes, cut anywhere: 300 random sentences',
    (_name, spell) => {
      const property = fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.array(fc.nat({ max: 600 }), { maxLength: 6 }),
        fc.boolean(),
        (bytes, cuts, isLastEmpty) => {
          const talk = startExchange();
          talk.say({ type: 'stt.ready' });
          const texts: (string | null)[] = [...spell(bytes, cuts)];
          if (isLastEmpty) texts.push(null);
          for (const [at, audioBase64] of texts.entries()) {
            talk.say(sentence(7, at, 1, { audioBase64, isLastChunk: at === texts.length - 1 }));
          }
          expect([...streamsOf(talk.events).values()]).toEqual([[...bytes]]);
          expect(talk.events.at(-1)).toEqual({ type: 'agentAudioEnded', generation: '1', streamId: '1' });
          expect(talk.events.some(({ type }) => type === 'malformedMessage')).toBe(false);
        },
      );
      fc.assert(property, { numRuns: 300 });
    },
  );
});

function slices(text: string, cuts: readonly number[]): readonly string[] {
  return edges(text.length, cuts).map(([start, end]) => text.slice(start, end));
}

function slicesOf(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  return edges(bytes.length, cuts).map(([start, end]) => bytes.subarray(start, end));
}

function edges(length: number, cuts: readonly number[]): readonly (readonly [number, number])[] {
  const sorted = [0, ...cuts.filter((cut) => cut < length).toSorted((a, b) => a - b), length];
  return sorted.slice(1).map((end, at) => [sorted[at] ?? 0, end] as const);
}
