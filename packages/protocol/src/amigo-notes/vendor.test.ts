// This file checks the vendor of voice notes: its options, its conversations, and one note from the file to the verdict.
import { encodeWav } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { NoteEnding, NoteExchange, VoiceNote } from '../neutral/voiceNote.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import { encodeUtf8 } from '../wire/utf8.ts';
import { CAPABILITIES, amigoNotes, type AmigoNotesOptions } from './vendor.ts';

const SECRET = 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl';
const OPTIONS: AmigoNotesOptions = {
  organization: 'acme',
  conversationId: '65f0c2a19b7d4e0012ab34ce',
  credentials: { token: SECRET },
};
const AUDIO = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: new Int16Array(1600).fill(9) });
const NOTE: VoiceNote = { audio: AUDIO };

const COMPLETE = (isOver: boolean): string =>
  `{"type":"interaction-complete","message_id":"m8","interaction_id":"i9","full_message":"Yes.","conversation_completed":${isOver}}\n`;

const queryOf = (exchange: NoteExchange): Record<string, string> =>
  Object.fromEntries(new URL(exchange.request.url).searchParams);

function begin(options: Partial<AmigoNotesOptions> = {}, note: VoiceNote = NOTE): NoteExchange {
  const begun = amigoNotes({ ...OPTIONS, ...options })
    .createConversation()
    .begin({ token: SECRET }, note);
  if (!begun.ok) throw new Error(JSON.stringify(begun.issues));
  return begun.message;
}

describe('amigoNotes', () => {
  test('refuses no options, and names those that it needs', () => {
    // @ts-expect-error -- plain JavaScript can pass anything
    expect(() => amigoNotes(undefined)).toThrow(/organization: .* conversationId: .* credentials: /);
  });

  test.each([
    ['no organization', { ...OPTIONS, organization: '' }, ['organization']],
    ['a short conversation id', { ...OPTIONS, conversationId: '65f0' }, ['conversationId']],
    ['an unknown region', { ...OPTIONS, region: 'mars' }, ['region']],
    ['a socket URL', { ...OPTIONS, baseUrl: 'wss://api.amigo.ai' }, ['baseUrl']],
    ['an unknown format', { ...OPTIONS, responseFormat: 'song' }, ['responseFormat']],
    ['unknown audio', { ...OPTIONS, responseAudio: { type: 'flac' } }, ['responseAudio']],
    ['an unknown query', { ...OPTIONS, responseAudioQuery: 'new' }, ['responseAudioQuery']],
    ['no credentials', { ...OPTIONS, credentials: undefined }, ['credentials']],
    ['a bare token', { ...OPTIONS, credentials: SECRET }, ['credentials']],
    ['a token with a line break', { ...OPTIONS, credentials: { token: `${SECRET}\n` } }, ['credentials', 'token']],
  ])('refuses %s, and quotes no secret', (_name, options, path) => {
    let thrown: unknown;
    try {
      amigoNotes(options as AmigoNotesOptions);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(VendorOptionsError);
    expect((thrown as VendorOptionsError).details.issues.map((issue) => issue.path)).toEqual([path]);
    expect(JSON.stringify([thrown, String(thrown)])).not.toContain(SECRET);
  });

  test('takes a function for credentials without calling it, and reads what it gives', () => {
    const vendor = amigoNotes({ ...OPTIONS, credentials: () => expect.unreachable() });
    const expiresAt = '2026-11-21T13:00:00Z';
    expect(vendor.parseCredentials({ token: SECRET, expiresAt, more: 1 })).toEqual({
      ok: true,
      message: { token: SECRET, expiresAt },
    });
    expect(vendor.parseCredentials({ id_token: SECRET }).ok).toBe(false);
  });

  test('declares whole, positive numbers', () => {
    const { timeouts, maxNoteRate, uploadSampleRate, maxUploadBytes, maxUploadMs } = CAPABILITIES;
    const counts = [
      ...Object.values(timeouts),
      ...Object.values(maxNoteRate),
      uploadSampleRate,
      maxUploadBytes,
      maxUploadMs,
    ];
    for (const count of counts) expect(Number.isInteger(count) && count > 0).toBe(true);
    expect(timeouts.idleMs).toBeLessThan(timeouts.replyMs);
  });
});

describe('a note', () => {
  test('asks for a voice in both spellings, and declares its file', () => {
    const exchange = begin();
    expect(queryOf(exchange)).toEqual({
      request_format: 'voice',
      response_format: 'voice',
      request_audio_config: '{"type":"pcm","frame_rate":16000,"n_channels":1,"sample_width":2}',
      response_audio_format: '{"type":"pcm","sample_rate":16000}',
      audio_format: 'pcm',
      current_agent_action_type: '^action-too-long$',
    });
    expect(exchange.request.form.at(-1)).toMatchObject({
      fileName: 'audio.wav',
      contentType: 'audio/wav',
      bytes: AUDIO,
    });
    expect(exchange.request.url).not.toContain(SECRET);
  });

  test.each([
    [{ responseAudioQuery: 'current' }, { response_audio_format: '{"type":"pcm","sample_rate":16000}' }],
    [{ responseAudioQuery: 'legacy' }, { audio_format: 'pcm' }],
    [{ responseFormat: 'text' }, {}],
    [
      { responseAudio: { type: 'mp3', sample_rate: 44_100, sample_width: 4 } },
      { response_audio_format: '{"type":"mp3","sample_rate":44100,"sample_width":4}', audio_format: 'mp3' },
    ],
  ] as const)('with %j asks for %j', (options, wanted) => {
    const { response_audio_format, audio_format } = queryOf(begin(options));
    const asked = { ...(response_audio_format && { response_audio_format }), ...(audio_format && { audio_format }) };
    expect(asked).toEqual(wanted);
  });

  test('that is written declares no file, and asks for the same voice', () => {
    const { request } = begin({}, { text: 'Yes, please 😀' });
    expect(queryOf(begin({}, { text: 'Yes' }))).toEqual({
      request_format: 'text',
      response_format: 'voice',
      response_audio_format: '{"type":"pcm","sample_rate":16000}',
      audio_format: 'pcm',
      current_agent_action_type: '^action-too-long$',
    });
    expect(request.form.at(-1)).toEqual({
      kind: 'file',
      name: 'recorded_message',
      fileName: 'message.txt',
      contentType: 'text/plain; charset=utf-8',
      bytes: encodeUtf8('Yes, please 😀'),
    });
    expect(request.url).not.toContain('Yes');
  });

  test('carries what happened before it, in order', () => {
    const contextualUpdates = [
      { text: 'opened the map', happenedAt: '2026-11-21T12:00:00Z' },
      { text: 'zoomed in', happenedAt: '2026-11-21T14:00:01.5+02:00' },
    ];
    const { form } = begin({}, { audio: AUDIO, contextualUpdates }).request;
    expect(form.map((part) => (part.kind === 'text' ? part.text : part.fileName))).toEqual([
      'user-message',
      'opened the map',
      'zoomed in',
      '2026-11-21T12:00:00Z',
      '2026-11-21T14:00:01.5+02:00',
      'audio.wav',
    ]);
  });

  test.each([
    ['samples without a header', { audio: new Uint8Array(100) }, ['audio']],
    ['text of blanks', { text: ' ' }, ['text']],
    [
      'an empty update',
      { audio: AUDIO, contextualUpdates: [{ text: '', happenedAt: '2026-11-21T12:00:00Z' }] },
      ['contextualUpdates', 0, 'text'],
    ],
    [
      'a time without a zone',
      { audio: AUDIO, contextualUpdates: [{ text: 'x', happenedAt: '2026-11-21T12:00:00' }] },
      ['contextualUpdates', 0, 'happenedAt'],
    ],
    [
      'a month 13',
      { audio: AUDIO, contextualUpdates: [{ text: 'x', happenedAt: '2026-13-21T12:00:00Z' }] },
      ['contextualUpdates', 0, 'happenedAt'],
    ],
    [
      'times that run backwards',
      {
        audio: AUDIO,
        contextualUpdates: [
          { text: 'x', happenedAt: '2026-11-21T12:00:00Z' },
          { text: 'y', happenedAt: '2026-11-21T13:59:59+02:00' },
        ],
      },
      ['contextualUpdates', 1, 'happenedAt'],
    ],
  ])('with %s is refused, and leaves the conversation open', (_name, note, path) => {
    const conversation = amigoNotes(OPTIONS).createConversation();
    const begun = conversation.begin({ token: SECRET }, note);
    expect(!begun.ok && begun.issues.map((issue) => issue.path)).toEqual([path]);
    expect(conversation.phase).toBe('open');
  });

  test('plays samples without a header at the rate that was asked for', () => {
    const exchange = begin({ responseAudio: { type: 'pcm', sample_rate: 44_100 } });
    exchange.answered(200, () => null, 0);
    const events = exchange.read(
      encodeUtf8('{"type":"new-message","message":"AQIDBAUG","stop":true,"sequence_number":0,"message_id":"m8"}\n'),
    );
    expect(events[0]).toMatchObject({ type: 'agentAudio', format: { encoding: 'pcm-s16le', sampleRate: 44_100 } });
  });

  test('decodes with the platform it is given', () => {
    const asked: string[] = [];
    const begun = amigoNotes(OPTIONS)
      .createConversation({
        decodeWhole: (text) => {
          asked.push(text);
          return Buffer.from(text, 'base64');
        },
        decodeUtf8: (bytes) => new TextDecoder().decode(bytes),
      })
      .begin({ token: SECRET }, NOTE);
    if (!begun.ok) throw new Error('refused');
    begun.message.answered(200, () => null, 0);
    const line = { type: 'new-message', message: 'AAAA'.repeat(40), stop: false, sequence_number: 0, message_id: 'm8' };
    expect(begun.message.read(encodeUtf8(`${JSON.stringify(line)}\n`))[0]).toMatchObject({ bytes: { length: 120 } });
    expect(asked).toHaveLength(1);
  });
});

describe('a conversation', () => {
  /** Sends one note and answers it. */
  function talk(answers: readonly { readonly status: number; readonly body?: string; readonly ending?: NoteEnding }[]) {
    const conversation = amigoNotes(OPTIONS).createConversation();
    const codes = answers.map(({ status, body = '', ending = 'closed' }) => {
      const begun = conversation.begin({ token: SECRET }, NOTE);
      if (!begun.ok) return begun.issues[0]?.received;
      begun.message.answered(status, () => null, 0);
      begun.message.read(encodeUtf8(body));
      const { verdict } = begun.message.end(ending);
      return `${verdict.code} ${verdict.retry}`;
    });
    return { codes, phase: conversation.phase };
  }

  test('takes one note at a time', () => {
    const conversation = amigoNotes(OPTIONS).createConversation();
    const first = conversation.begin({ token: SECRET }, NOTE);
    expect(conversation.phase).toBe('busy');
    expect(conversation.begin({ token: SECRET }, NOTE)).toEqual({
      ok: false,
      issues: [{ path: [], expected: 'an open conversation', received: 'busy' }],
    });
    if (first.ok) first.message.end('broken');
    expect(conversation.phase).toBe('open');
  });

  test('goes on after a reply, and is over when the agent ends it', () => {
    const answers = [false, true, false].map((isOver) => ({ status: 200, body: COMPLETE(isOver) }));
    expect(talk(answers)).toEqual({ codes: ['ended none', 'ended none', 'over'], phase: 'over' });
  });

  test('is over when its finishing failed', () => {
    const body = `${COMPLETE(false)}{"type":"error","http_error_code":500,"error_description":"x"}`;
    expect(talk([{ status: 200, body }])).toEqual({ codes: ['ended none'], phase: 'over' });
  });

  test('waits out a 409 after a note that we cut short, for as many 409s as come, and not after a whole one', () => {
    const whole = { status: 200, body: COMPLETE(false) };
    const { codes } = talk([
      { status: 409 },
      { ...whole, ending: 'cancelled' },
      { status: 409 },
      { status: 409 },
      whole,
      { status: 409 },
      { status: 200, ending: 'broken' },
      { status: 409 },
    ]);
    expect(codes).toEqual([
      'conversation-busy never',
      'ended none',
      'conversation-busy backoff',
      'conversation-busy backoff',
      'ended none',
      'conversation-busy never',
      'connection-lost ask',
      'conversation-busy backoff',
    ]);
  });

  test('two conversations of one vendor know nothing of each other', () => {
    const vendor = amigoNotes(OPTIONS);
    const one = vendor.createConversation();
    one.begin({ token: SECRET }, NOTE);
    expect([one.phase, vendor.createConversation().phase]).toEqual(['busy', 'open']);
  });
});
