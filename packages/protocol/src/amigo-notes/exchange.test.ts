// This file leads whole answers through the reader: as the pages show them, cut anywhere, cut off, refused and hostile.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyServerMessage } from '../../test/amigoNotesMessages.ts';
import { hostileInputs } from '../../test/hostileInputs.ts';
import type { NoteEnding, NoteOutcome, VoiceNoteEvent } from '../neutral/voiceNote.ts';
import { encodeUtf8 } from '../wire/utf8.ts';
import { encodeServerMessage } from './codec.ts';
import { createReplyReader, type ReplyReaderOptions } from './exchange.ts';

const SECRET = 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl';
const RAW = { encoding: 'pcm-s16le', sampleRate: 16_000 } as const;
const OPTIONS: ReplyReaderOptions = { token: SECRET, responseFormat: 'voice', rawFormat: RAW, platform: {} };
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const noHeader = (): null => null;

/** The worked exchange of the pages, with values of ours. */
const REPLY_TEXT = [
  '{"type":"user-message-available","message_id":"m7","user_message":"öffnet die Bibliothek 😀"}',
  '{"type":"current-agent-action","action":{"type":"action-too-long","filler":"Moment…","previously_started_event":{"type":"tool-call-started"}}}',
  '{"type":"new-message","message":"AQID","transcript_alignment":[[0,"J"]],"stop":false,"sequence_number":0,"message_id":"m8"}',
  '{"type":"new-message","message":"BAUG","transcript_alignment":null,"stop":true,"sequence_number":1,"message_id":"m8"}',
  '{"type":"interaction-complete","message_id":"m8","interaction_id":"i9","full_message":"Ja.","conversation_completed":false}',
].join('\n');
const REPLY_TYPES = [
  'transcript',
  'agentAction',
  'filler',
  'agentText',
  'agentAudio',
  'agentAudio',
  'agentAudioEnded',
  'turnCompleted',
];
const DONE = { code: 'ended', retry: 'none', vendorCode: 'interaction-complete' };

interface Answer {
  readonly events: readonly VoiceNoteEvent[];
  readonly outcome: NoteOutcome;
}

interface How {
  readonly status?: number;
  readonly ending?: NoteEnding;
  readonly header?: (name: string) => string | null;
  readonly options?: ReplyReaderOptions;
}

function lead(
  pieces: readonly Uint8Array[],
  { status = 200, ending = 'closed', header = noHeader, options = OPTIONS }: How = {},
): Answer {
  const reader = createReplyReader(options);
  reader.answered(status, header, NOW_MS);
  const events = pieces.flatMap((piece) => reader.read(piece));
  const outcome = reader.end(ending);
  return { events: [...events, ...outcome.events], outcome };
}

const leadText = (text: string, how: How = {}): Answer => lead([encodeUtf8(text)], how);
const typesOf = (events: readonly VoiceNoteEvent[]): string[] => events.map(({ type }) => type);

describe('createReplyReader, on a stream', () => {
  test('reads the worked exchange, whole and through every cut in two, to the same events', () => {
    const bytes = encodeUtf8(REPLY_TEXT);
    const whole = lead([bytes]);
    expect(typesOf(whole.events)).toEqual(REPLY_TYPES);
    expect(whole.outcome.verdict).toEqual(DONE);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(lead([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual({
        ...whole,
        outcome: expect.objectContaining({ verdict: DONE }) as NoteOutcome,
      });
    }
  });

  test.each(['\r\n', '\n\n', ' \n', '\n\t\n'])('reads lines that end in %j', (end) => {
    expect(typesOf(leadText(REPLY_TEXT.replaceAll('\n', end)).events)).toEqual(REPLY_TYPES);
  });

  test('is complete from interaction-complete on, and then needs no end of the stream', () => {
    const reader = createReplyReader(OPTIONS);
    reader.answered(200, noHeader, NOW_MS);
    reader.read(encodeUtf8(REPLY_TEXT));
    expect(reader.isComplete).toBe(false);
    reader.read(encodeUtf8('\n'));
    expect(reader.isComplete).toBe(true);
    expect(reader.end('cancelled')).toEqual({ events: [], verdict: DONE, isConversationOver: false });
  });

  test('tells the conversation that a created stream begins with, under status 201', () => {
    const { events, outcome } = leadText(`{"type":"conversation-created","conversation_id":"c1"}\n${REPLY_TEXT}`, {
      status: 201,
    });
    expect(events[0]).toEqual({ type: 'sessionAccepted', conversationId: 'c1' });
    expect(outcome.verdict).toEqual(DONE);
  });

  test('says that the conversation is over, when the agent ended it and when finishing failed', () => {
    const over = leadText(REPLY_TEXT.replace('completed":false', 'completed":true'));
    expect(over.outcome).toMatchObject({ isConversationOver: true, verdict: DONE });
    const unwound = leadText(`${REPLY_TEXT}\n{"type":"error","http_error_code":500,"error_description":"x"}`);
    expect(unwound.outcome).toEqual({
      events: [expect.objectContaining({ type: 'vendorError' })],
      isConversationOver: true,
      verdict: { code: 'ended', retry: 'none', needsFinish: true, vendorCode: '500' },
    });
  });

  test.each([
    [415, 'audio-rejected', 'never'],
    [429, 'rate-limited', 'after-delay'],
    [500, 'closed-by-server', 'backoff'],
    [503, 'server-shutdown', 'backoff'],
  ])('an error %i in the stream voids the note: %s, retry: %s', (code, meaning, retry) => {
    const { outcome } = leadText(
      `${REPLY_TEXT.split('\n')[0]}\n{"type":"error","http_error_code":${code},"error_description":"x"}\n`,
    );
    expect(outcome.verdict).toMatchObject({ code: meaning, retry, vendorCode: String(code) });
  });

  test.each([
    ['closed', { code: 'closed-by-server', retry: 'ask', vendorCode: 'no interaction-complete' }],
    ['broken', { code: 'connection-lost', retry: 'ask', vendorCode: 'network' }],
    ['cancelled', { code: 'ended', retry: 'none', vendorCode: 'cancelled' }],
  ] as const)(
    'a stream that is %s before interaction-complete is no success, wherever it is cut',
    (ending, verdict) => {
      const bytes = encodeUtf8(REPLY_TEXT);
      // The last line is complete only with its last byte.
      for (let length = 0; length < bytes.length; length++) {
        expect(lead([bytes.subarray(0, length)], { ending }).outcome.verdict).toEqual(verdict);
      }
    },
  );

  test('a cut in the middle of a line is reported, unless we made it', () => {
    const half = REPLY_TEXT.slice(0, 40);
    expect(typesOf(leadText(half, { ending: 'broken' }).events)).toEqual(['malformedMessage']);
    expect(typesOf(leadText(half, { ending: 'cancelled' }).events)).toEqual([]);
  });

  test('an answer that never came is connect-failed, and the user decides', () => {
    const outcome = createReplyReader(OPTIONS).end('broken');
    expect(outcome.verdict).toEqual({ code: 'connect-failed', retry: 'ask', vendorCode: 'network' });
  });

  test('survives a page of HTML under status 200', () => {
    const { events, outcome } = leadText('<!doctype html>\n<title>Sign in</title>\n');
    expect(typesOf(events)).toEqual(['malformedMessage', 'malformedMessage']);
    expect(outcome.verdict.code).toBe('closed-by-server');
  });

  test('shows the secret in no event, wherever the server quotes it', () => {
    const { events } = leadText(
      `{"type":"${SECRET}"}\n{"type":"current-agent-action","action":{"type":"${SECRET}"}}\n{"type":"error","http_error_code":401,"error_description":"bad ${SECRET}"}\n`,
    );
    const shown = events.map((event) => (event.type === 'agentAction' ? event.actionType : JSON.stringify(event)));
    expect(shown).toHaveLength(3);
    expect(shown.join()).not.toContain(SECRET);
  });
});

describe('createReplyReader, on a refusal', () => {
  test.each([
    ['{"message":"no voice","error":"x","code":"E7"}', 'E7', 'no voice'],
    ['{"error":"no voice"}', '400', 'no voice'],
    ['{"detail":"no voice","error_code":"E8"}', 'E8', 'no voice'],
    ['{"detail":[{"loc":["query"]}]}', '400', ''],
    [' no voice\n', '400', 'no voice'],
    ['', '400', ''],
    [`{"message":"bad token ${SECRET}"}`, '400', 'bad token [redacted]'],
  ])('reads the body %s', (body, vendorCode, vendorMessage) => {
    const { events, outcome } = leadText(body, { status: 400 });
    expect(events).toEqual([{ type: 'vendorError', vendorCode, vendorMessage }]);
    expect(outcome.verdict).toEqual({ code: 'message-rejected', retry: 'never', vendorCode: '400' });
  });

  test('takes no line of a refusal for a reply, and looks at 16 kB of it', () => {
    const { events } = leadText(REPLY_TEXT, { status: 502 });
    expect(typesOf(events)).toEqual(['vendorError']);
    const long = lead(
      Array.from({ length: 40 }, () => new Uint8Array(1000).fill(0x61)),
      { status: 502 },
    );
    expect(JSON.stringify(long.events).length).toBeLessThan(700);
    expect(long.outcome.verdict).toMatchObject({ code: 'closed-by-server', retry: 'ask' });
  });

  test('passes on when to come back', () => {
    const header = (name: string): string | null => (name === 'retry-after' ? '7' : null);
    const { outcome } = leadText('', { status: 429, header });
    expect(outcome.verdict).toEqual({
      code: 'rate-limited',
      retry: 'after-delay',
      minDelayMs: 7000,
      vendorCode: '429',
    });
  });
});

describe('createReplyReader, on anything', () => {
  const lines = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: anyServerMessage.map(encodeServerMessage) },
      {
        weight: 1,
        arbitrary: hostileInputs(anyServerMessage.map(encodeServerMessage)).map((input) =>
          typeof input === 'string' ? input : input.join(),
        ),
      },
    ),
    { maxLength: 12 },
  );

  test('keeps its promises in 2000 random streams, and says the same however they are cut', () => {
    const property = fc.property(
      lines,
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.constantFrom<NoteEnding>('closed', 'broken', 'cancelled'),
      fc.constantFrom<'text' | 'voice'>('text', 'voice'),
      (texts, places, ending, responseFormat) => {
        const bytes = encodeUtf8(texts.join('\n'));
        const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
        const pieces = [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
        const options = { ...OPTIONS, responseFormat };
        const { events, outcome } = lead(pieces, { ending, options });
        expect({ events, verdict: outcome.verdict }).toEqual({
          events: lead([bytes], { ending, options }).events,
          verdict: lead([bytes], { ending, options }).outcome.verdict,
        });
        expectPromisesKept(events);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  test('never throws on 2000 random bodies under random statuses', () => {
    const property = fc.property(
      fc.integer({ min: 100, max: 599 }),
      fc.uint8Array({ maxLength: 500 }),
      (status, body) => {
        expect(lead([body], { status }).outcome.verdict.vendorCode).not.toBe('');
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });
});

/** Throws unless a reply is completed or failed at most once, nothing follows a failure, and ended audio stays ended. */
function expectPromisesKept(events: readonly VoiceNoteEvent[]): void {
  const types = typesOf(events);
  const countOf = (type: VoiceNoteEvent['type']): number => types.filter((each) => each === type).length;
  expect(countOf('turnCompleted')).toBeLessThanOrEqual(1);
  expect(countOf('vendorError')).toBeLessThanOrEqual(1);
  if (types.includes('vendorError')) expect(types.at(-1)).toBe('vendorError');
  const completedAt = types.indexOf('turnCompleted');
  if (completedAt !== -1) expect(types.lastIndexOf('agentAudio')).toBeLessThan(completedAt);
  let endedGeneration: string | undefined;
  for (const event of events) {
    if (event.type === 'agentAudio') {
      expect(event.generation).not.toBe(endedGeneration);
      expect(event.bytes.length).toBeGreaterThan(0);
      endedGeneration = undefined;
    }
    if (event.type === 'agentAudioEnded') endedGeneration = event.generation;
  }
}

test('expectPromisesKept fails on two ends, on audio after its end and on words after an error', () => {
  const turn: VoiceNoteEvent = { type: 'turnCompleted' };
  const error: VoiceNoteEvent = { type: 'vendorError', vendorCode: '1', vendorMessage: '' };
  const sound: VoiceNoteEvent = { type: 'agentAudio', bytes: Uint8Array.of(0, 0), format: RAW, generation: 'm' };
  const ended: VoiceNoteEvent = { type: 'agentAudioEnded', generation: 'm' };
  for (const events of [
    [turn, turn],
    [error, error],
    [error, turn],
    [turn, sound],
    [sound, ended, sound],
    [{ ...sound, bytes: new Uint8Array(0) }],
  ]) {
    expect(() => expectPromisesKept(events)).toThrow();
  }
  expect(() => expectPromisesKept([sound, ended, turn, error])).not.toThrow();
});
