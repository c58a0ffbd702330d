import { encodeMultipart } from '@voicewire/protocol/amigo-notes';
import type { FormPart } from '@voicewire/protocol/wire';
import { describe, expect, test } from 'vitest';
import { RULES } from '../src/amigo-notes/rules.ts';
import type { AgentFactory, Sandbox, SandboxBehaviour, Violation } from '../src/core.ts';
import { encodeWav } from '../src/speech/wavFile.ts';
import type { ReceivedAnswer } from './support/notesClient.ts';
import {
  BASE_URL,
  NotesClient,
  SERVICE_ID,
  TEXT_QUERY,
  VOICE_QUERY,
  parseJson,
  textMessage,
  voiceMessage,
} from './support/notesClient.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';

const SIGN_IN_PATH = '/v1/demo-org/user/signin_with_api_key';
const CONVERSATION_PATH = '/v1/demo-org/conversation/';
const SIGN_IN_HEADERS = { 'x-api-key': 'demo-key', 'x-api-key-id': 'demo-key-id', 'x-user-id': 'demo-user' };
/** Answers everything with a tone of 400 ms. */
const TONE_AGENT: AgentFactory = ({ say }) => {
  const answer = (): void => say({ text: 'Aha. 😀', pcm: new Int16Array(6400).fill(1000) });
  return { userSpeechEnded: answer, userTextReceived: answer, opened: answer };
};
const NOTE = makeUserSpeech(400);
const WAV = encodeWav(NOTE, 16_000);

function setUp(behaviour: SandboxBehaviour = {}) {
  const { clock, sandbox, network } = createRig({ agent: TONE_AGENT, ...behaviour });
  const client = new NotesClient(network, clock);
  client.signIn();
  return {
    clock,
    sandbox,
    client,
    /** Rule ids with severities of everything so far, e.g. `B-06 fatal`; not those that hold for every vendor. */
    verdicts: () => ownViolations(sandbox).map(({ ruleId, severity }) => `${ruleId} ${severity}`),
    details: () => ownViolations(sandbox).map(({ detail }) => detail),
    bearer: () => ({ authorization: `Bearer ${client.token}`, accept: 'application/x-ndjson' }),
  };
}

function ownViolations({ ledger }: Sandbox): readonly Violation[] {
  return ledger.violations.filter(({ ruleId }) => ruleId.startsWith('B-'));
}

/** A client with a conversation in which nothing is going on. */
function setUpConversation(behaviour: SandboxBehaviour = {}) {
  const rig = setUp(behaviour);
  const id = rig.client.create();
  const path = `${CONVERSATION_PATH}${id}/interact`;
  const query = new URLSearchParams(
    Object.entries(VOICE_QUERY).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  return {
    ...rig,
    id,
    path,
    /** Sends a form of these parts, with the query of a spoken note unless told otherwise. */
    sendForm(parts: readonly FormPart[], change: { query?: string; contentType?: string } = {}): ReceivedAnswer {
      const { contentType, bytes } = encodeMultipart(parts, () => 0.5);
      const headers = { ...rig.bearer(), 'content-type': change.contentType ?? contentType };
      return rig.client.open({ url: `${path}?${change.query ?? query.toString()}`, headers, body: bytes });
    },
  };
}

const TYPE_PART: FormPart = { kind: 'text', name: 'initial_message_type', text: 'user-message' };
const recording = (bytes: Uint8Array = WAV): FormPart => {
  return { kind: 'file', name: 'recorded_message', fileName: 'audio.wav', contentType: 'audio/wav', bytes };
};
const event = (content: string, timestamp: string): FormPart[] => [
  { kind: 'text', name: 'external_event_message_content', text: content },
  { kind: 'text', name: 'external_event_message_timestamp', text: timestamp },
];

test('every rule has a number from B-01 to B-17', () => {
  expect(Object.keys(RULES)).toEqual(Array.from({ length: 17 }, (_, i) => `B-${String(i + 1).padStart(2, '0')}`));
});

describe('a right client', () => {
  test('signs in, talks, writes, lists and finishes without a breach', () => {
    const { client, verdicts } = setUp();
    const created = client.finish(client.openCreate({}, 'voice'));
    expect([created.status, created.headers['content-type']]).toEqual([201, 'application/x-ndjson']);
    const id = String(created.of('conversation-created')[0]?.['conversation_id']);
    const spoken = client.finish(client.openVoice(id, NOTE));
    expect([spoken.status, spoken.types[0], spoken.types.at(-1)]).toEqual([
      200,
      'user-message-available',
      'interaction-complete',
    ]);
    const written = client.finish(client.openText(id, 'hello'));
    expect(written.of('interaction-complete')).toMatchObject([
      { full_message: 'Aha. 😀', conversation_completed: false },
    ]);
    expect(client.list({ is_finished: false }).status).toBe(200);
    expect(client.finishConversation(id)).toMatchObject({ status: 204, body: '' });
    expect([...created.unreadable, ...spoken.unreadable, ...written.unreadable]).toEqual([]);
    expect(verdicts()).toEqual([]);
  });
});

describe('B-01, method and path', () => {
  test.each([
    ['POST', '/v1/demo-org/conversation', 404],
    ['POST', '/v1/demo-org/conversation/65f0c2a19b7d4e0012ab34ce/interact/', 404],
    ['POST', '/v1/demo-org/conversation/65f0c2a19b7d4e0012ab34ce/finish', 404],
    ['POST', '/v1/demo-org/conversation/65f0c2a19b7d4e0012ab34ce/start', 404],
    ['POST', '/v1/demo-org/user/sign_in', 404],
    ['GET', SIGN_IN_PATH, 405],
    ['DELETE', CONVERSATION_PATH, 405],
    ['POST', '/v1/nobody/conversation/', 404],
    ['POST', '/v1/demo-org-eu/conversation/', 404],
  ])('%s %s is %d', (method, path, status) => {
    const { client, verdicts, bearer } = setUp();
    expect(client.request({ method, url: path, headers: bearer() }).status).toBe(status);
    expect(verdicts()).toEqual(['B-01 fatal']);
  });

  test('with wrongSlash "redirect", 307 to the right path with its query', () => {
    const { client, verdicts } = setUp({ amigoNotes: { wrongSlash: 'redirect' } });
    const response = client.request({ url: '/v1/demo-org/conversation?response_format=text' });
    expect(response).toMatchObject({
      status: 307,
      headers: { location: '/v1/demo-org/conversation/?response_format=text' },
    });
    expect(verdicts()).toEqual(['B-01 fatal']);
  });

  test('an organization whose name is set is the only one', () => {
    const { client } = setUp({ amigoAccounts: { organization: 'acme' } });
    expect(client.request({ url: '/v1/acme/user/signin_with_api_key', headers: SIGN_IN_HEADERS }).status).toBe(200);
    expect(client.request({ url: SIGN_IN_PATH, headers: SIGN_IN_HEADERS }).status).toBe(404);
  });
});

describe('B-02, the bearer', () => {
  test.each([
    ['no header', {}, 401, 'no Authorization header'],
    ['another scheme', { authorization: 'Basic x' }, 401, 'an Authorization header that is not Bearer and a token'],
    [
      'the API key',
      { authorization: 'Bearer demo-key' },
      401,
      'the API key as bearer, wanted a token from the sign-in',
    ],
    ['a made-up token', { authorization: 'Bearer a.b.c' }, 401, 'a token that was not issued here'],
  ])('%s', (_name, headers, status, detail) => {
    const { client, verdicts, details } = setUp();
    expect(client.request({ method: 'GET', url: CONVERSATION_PATH, headers }).status).toBe(status);
    expect([verdicts(), details()]).toEqual([['B-02 fatal'], [detail]]);
  });

  test.each([
    ['token-expired', 401],
    ['token-not-yet-valid', 401],
    ['token-wrong-region', 404],
    ['token-no-permission', 403],
  ] as const)('fault %s: %d', (fault, status) => {
    const { client, verdicts } = setUp({ amigoNotes: { faults: [fault] } });
    expect(client.list().status).toBe(status);
    expect(verdicts()).toEqual(['B-02 fatal']);
  });

  test('the token may be the password of Basic, and must be one', () => {
    const { client, verdicts } = setUp();
    const statusOf = (scheme: string): number => {
      const headers = { authorization: scheme };
      return client.request({ method: 'GET', url: CONVERSATION_PATH, headers }).status;
    };
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(statusOf(basic(`demo-org_demo-user:${client.token}`))).toBe(200);
    expect(['demo-org_demo-user:x', 'no-colon'].map((text) => statusOf(basic(text)))).toEqual([401, 401]);
    expect(statusOf('Basic ===')).toBe(401);
    expect(verdicts()).toEqual(Array(3).fill('B-02 fatal'));
  });

  test('a restricted user signs in and may do nothing', () => {
    const { client, verdicts } = setUp();
    expect(client.signIn({ 'x-user-id': 'restricted-user' }).status).toBe(200);
    expect(client.list().status).toBe(403);
    expect(verdicts()).toEqual(['B-02 fatal']);
  });

  test('a token is good for an hour, to the millisecond', () => {
    const { client, clock } = setUp();
    clock.advanceMs(3_599_999);
    expect(client.list().status).toBe(200);
    clock.advanceMs(1);
    expect(client.list().status).toBe(401);
  });
});

describe('B-03, the sign-in', () => {
  test.each([
    ['no headers', {}, 'x-api-key, x-api-key-id, x-user-id missing'],
    ['a wrong key', { ...SIGN_IN_HEADERS, 'x-api-key': 'x' }, 'the API key or its id is wrong'],
    ['a wrong key id', { ...SIGN_IN_HEADERS, 'x-api-key-id': 'x' }, 'the API key or its id is wrong'],
    ['an unknown user', { ...SIGN_IN_HEADERS, 'x-user-id': 'x' }, 'no such user'],
  ])('%s: 401', (_name, headers, detail) => {
    const { client, verdicts, details } = setUp();
    expect(client.request({ url: SIGN_IN_PATH, headers }).status).toBe(401);
    expect([verdicts(), details()]).toEqual([['B-03 fatal'], [detail]]);
  });

  test('a key or a token in a URL is recorded, without the secret', () => {
    const { client, verdicts, sandbox } = setUp();
    expect(client.request({ url: `${SIGN_IN_PATH}?key=demo-key`, headers: SIGN_IN_HEADERS }).status).toBe(200);
    client.request({ method: 'GET', url: `${CONVERSATION_PATH}?token=${client.token}`, headers: {} });
    expect(verdicts()).toEqual(['B-03 fatal', 'B-03 fatal', 'B-02 fatal']);
    const ledger = JSON.stringify(sandbox.ledger);
    expect(ledger).not.toContain(client.token);
    expect(ledger).not.toContain('demo-key');
  });

  test('the answer: id_token and expires_at; with tokenField "jwt" the other name', () => {
    const named = (tokenField: 'id_token' | 'jwt') => {
      const { client } = setUp({ amigoNotes: { tokenField } });
      return Object.keys(parseJson(client.request({ url: SIGN_IN_PATH, headers: SIGN_IN_HEADERS }).body) as object);
    };
    expect([named('id_token'), named('jwt')]).toEqual([
      ['id_token', 'expires_at'],
      ['jwt', 'expires_at'],
    ]);
  });
});

describe('B-04, one sign-in for all who wait', () => {
  test('two requests with an expired token and two sign-ins: strict; one sign-in: nothing', () => {
    for (const count of [1, 2]) {
      const { client, clock, verdicts } = setUp();
      clock.advanceMs(3_600_000);
      expect([client.list().status, client.list().status]).toEqual([401, 401]);
      for (let i = 0; i < count; i++) client.signIn();
      expect(client.list().status).toBe(200);
      const wanted = count === 1 ? [] : ['B-04 strict'];
      expect(verdicts()).toEqual(['B-02 fatal', 'B-02 fatal', ...wanted]);
    }
  });
});

describe('B-05 to B-08, the form', () => {
  const sends = (
    parts: readonly FormPart[],
    change: { query?: string; contentType?: string } = {},
    behaviour: SandboxBehaviour = {},
  ) => {
    const { sendForm, verdicts, details } = setUpConversation(behaviour);
    const answer = sendForm(parts, change);
    return { status: answer.status, verdicts: verdicts(), details: details() };
  };

  test.each([
    ['no boundary', 'multipart/form-data', 'a content type that is not multipart/form-data; boundary=…'],
    [
      'a charset behind the boundary',
      'multipart/form-data;boundary=x',
      'a content type that is not multipart/form-data; boundary=…',
    ],
    ['another boundary', 'multipart/form-data; boundary=other', 'the boundary of the content type is not in the body'],
  ])('B-05, %s: 422', (_name, contentType, detail) => {
    expect(sends([TYPE_PART, recording()], { contentType })).toMatchObject({
      status: 422,
      verdicts: ['B-05 fatal'],
      details: [detail],
    });
  });

  test.each<[string, FormPart[], number]>([
    ['no type', [recording()], 422],
    ['two types', [TYPE_PART, TYPE_PART, recording()], 422],
    ['no recording', [TYPE_PART], 422],
    ['two recordings', [TYPE_PART, recording(), recording()], 422],
    ['an unknown part', [TYPE_PART, { kind: 'text', name: 'language', text: 'en' }, recording()], 422],
    ['an unknown type', [{ ...TYPE_PART, text: 'hello' }, recording()], 422],
    ['an empty recording', [TYPE_PART, recording(new Uint8Array(0))], 400],
    ['a content without a timestamp', [TYPE_PART, ...event('rain', '').slice(0, 1), recording()], 422],
    ['an empty content', [TYPE_PART, ...event('', '2025-12-31T00:00:00Z'), recording()], 422],
    ['a timestamp without a zone', [TYPE_PART, ...event('rain', '2025-12-31T00:00:00'), recording()], 422],
    ['a timestamp that is none', [TYPE_PART, ...event('rain', 'yesterday'), recording()], 422],
    ['a time to come', [TYPE_PART, ...event('rain', '2026-01-01T00:01:00Z'), recording()], 400],
    [
      'times that fall',
      [TYPE_PART, ...event('rain', '2025-12-31T01:00:00Z'), ...event('sun', '2025-12-31T02:00:00+02:00'), recording()],
      400,
    ],
  ])('B-06, %s', (_name, parts, status) => {
    expect(sends(parts)).toMatchObject({ status, verdicts: ['B-06 fatal'] });
  });

  test('B-06, a message of blanks: 400', () => {
    const { client, id, verdicts } = setUpConversation();
    expect(client.openText(id, ' \n').status).toBe(400);
    expect(verdicts()).toEqual(['B-06 fatal']);
  });

  test('events in the past, in two zones and ascending, and a type typed as a file part are right', () => {
    const parts = [
      TYPE_PART,
      ...event('rain', '2025-12-31T02:00:00+02:00'),
      ...event('sun', '2025-12-31T00:00:00.001Z'),
      recording(),
    ];
    expect(sends(parts)).toEqual({ status: 200, verdicts: [], details: [] });
  });

  test.each<[string, FormPart[]]>([
    ['a recording', [recording()]],
    ['events', [recording(new Uint8Array(0)), ...event('rain', '2025-12-31T00:00:00Z')]],
  ])('B-07, skip with %s: 422', (_name, parts) => {
    expect(sends([{ ...TYPE_PART, text: 'skip' }, ...parts])).toMatchObject({
      status: 422,
      verdicts: ['B-07 fatal'],
    });
  });

  test('skip makes the agent speak, without user-message-available', () => {
    const { client, id, verdicts } = setUpConversation();
    const answer = client.finish(client.openNote(id, TEXT_QUERY, { initial_message_type: 'skip' }));
    expect(answer.types[0]).toBe('new-message');
    expect(answer.types.at(-1)).toBe('interaction-complete');
    expect(verdicts()).toEqual([]);
  });

  test('an external event is answered, and kept as one', () => {
    const { client, id, verdicts } = setUpConversation();
    const happened = textMessage('The user opened the door.', [], 'external-event');
    const answer = client.finish(client.openNote(id, TEXT_QUERY, happened));
    expect(answer.of('user-message-available')).toMatchObject([{ user_message: 'The user opened the door.' }]);
    expect(answer.types.at(-1)).toBe('interaction-complete');
    expect(verdicts()).toEqual([]);
  });

  test('B-08, the recording as the body: 422; profile legacy takes it', () => {
    for (const [profile, status, wanted] of [
      ['documented', 422, ['B-08 fatal']],
      ['legacy', 200, []],
    ] as const) {
      const { client, path, verdicts, bearer } = setUpConversation({ profile });
      const query =
        'request_format=voice&response_format=text&request_audio_config=' +
        encodeURIComponent(JSON.stringify(VOICE_QUERY.request_audio_config));
      const headers = { ...bearer(), 'content-type': 'audio/wav' };
      const answer = client.finish(client.open({ url: `${path}?${query}`, headers, body: WAV }));
      expect(answer.status).toBe(status);
      expect(verdicts()).toEqual(wanted);
      if (status === 200)
        expect(answer.of('user-message-available')).toMatchObject([{ user_message: '[0.4 s of speech]' }]);
    }
  });

  test('profile legacy reads the older plural names of events', () => {
    const parts = event('rain', '2025-12-31T00:00:00Z').map((part) => ({ ...part, name: `${part.name}s` }));
    expect(sends([TYPE_PART, ...parts, recording()], {}, { profile: 'legacy' }).status).toBe(200);
    expect(sends([TYPE_PART, ...parts, recording()]).status).toBe(422);
  });
});

describe('B-09, B-11 and B-12, query and Accept', () => {
  const config = (value: unknown): string => `&request_audio_config=${encodeURIComponent(JSON.stringify(value))}`;
  const right = { type: 'pcm', frame_rate: 16_000, n_channels: 1, sample_width: 2 };
  test.each([
    ['no request_format', `response_format=text${config(right)}`],
    ['no response_format', `request_format=voice${config(right)}`],
    ['no request_audio_config', 'request_format=voice&response_format=text'],
    ['a config that is no JSON', 'request_format=voice&response_format=text&request_audio_config=pcm'],
    ['a rate of 3999 Hz', `request_format=voice&response_format=text${config({ ...right, frame_rate: 3999 })}`],
    ['a rate of 48000 Hz', `request_format=voice&response_format=text${config({ ...right, frame_rate: 48_000 })}`],
    ['two channels', `request_format=voice&response_format=text${config({ ...right, n_channels: 2 })}`],
    ['a width of 3', `request_format=voice&response_format=text${config({ ...right, sample_width: 3 })}`],
    ['a further key', `request_format=voice&response_format=text${config({ ...right, codec: 'x' })}`],
    [
      'look-ahead in the filter',
      `request_format=text&response_format=text&current_agent_action_type=${encodeURIComponent('(?=x)')}`,
    ],
  ])('B-09, %s: 422', (_name, query) => {
    const { sendForm, verdicts } = setUpConversation();
    expect(sendForm([TYPE_PART, recording()], { query }).status).toBe(422);
    expect(verdicts()).toEqual(['B-09 fatal']);
  });

  test('B-11, no response_audio_format: 400; audio_format alone will do with replyFormatQuery "either"', () => {
    const query = `request_format=voice&response_format=voice${config(right)}&audio_format=pcm`;
    for (const [replyFormatQuery, status] of [
      ['current', 400],
      ['either', 200],
    ] as const) {
      const { sendForm, verdicts } = setUpConversation({ amigoNotes: { replyFormatQuery } });
      expect(sendForm([TYPE_PART, recording()], { query }).status).toBe(status);
      expect(verdicts()).toEqual(status === 400 ? ['B-11 fatal'] : []);
    }
  });

  test('B-11, with unknownQuery "refuse" response_audio_format is 422, and goes without saying', () => {
    const { client, id, sendForm, verdicts } = setUpConversation({ amigoNotes: { unknownQuery: 'refuse' } });
    expect(client.openVoice(id, NOTE).status).toBe(422);
    expect(verdicts()).toEqual(['B-11 fatal']);
    const query = `request_format=voice&response_format=voice${config(right)}`;
    expect(sendForm([TYPE_PART, recording()], { query }).status).toBe(200);
  });

  test.each([
    ['application/x-ndjson', []],
    ['*/*', []],
    ['application/json, application/x-ndjson;q=0.5', []],
    ['audio/mpeg', ['B-12 strict']],
    ['application/json', ['B-12 strict']],
  ])('B-12, Accept: %s', (accept, wanted) => {
    const { client, path, verdicts, bearer } = setUpConversation();
    const { contentType, bytes } = encodeMultipart(
      [TYPE_PART, { kind: 'text', name: 'recorded_message', text: 'hi' }],
      () => 0.5,
    );
    const headers = { ...bearer(), accept, 'content-type': contentType };
    const answer = client.open({ url: `${path}?request_format=text&response_format=text`, headers, body: bytes });
    expect([answer.status, verdicts()]).toEqual([200, wanted]);
  });
});

describe('B-10, the recording', () => {
  const patched = (at: number, value: number, width: 2 | 4): Uint8Array => {
    const bytes = Buffer.from(WAV);
    if (width === 2) bytes.writeUInt16LE(value, at);
    else bytes.writeUInt32LE(value, at);
    return bytes;
  };
  test.each<[string, Uint8Array, string]>([
    ['no header', WAV.subarray(44), 'declared pcm, found no RIFF header'],
    ['MP3', Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0]), 'declared pcm, found mp3'],
    ['another rate', encodeWav(NOTE, 8000), 'a file at 8000 Hz, declared 16000 Hz'],
    ['float samples', patched(20, 3, 2), 'WAV format 3, wanted 1 (PCM)'],
    ['two channels', patched(22, 2, 2), '2 channels, declared 1'],
    ['another width', patched(34, 8, 2), '8 bits per sample, declared 16'],
    ['a size over the end', patched(40, 99_999, 4), 'a data size of 99999 bytes, found 12800'],
    ['a size before the end', patched(40, 6400, 4), 'a data size of 6400 bytes, found 12800'],
    ['no size', patched(40, 0xffff_ffff, 4), 'a data size that says nothing, wanted 12800 bytes'],
    ['half a sample', patched(40, 12_799, 4), '12799 bytes of audio, no whole samples'],
    ['a header and no data chunk', WAV.subarray(0, 36), 'a WAV file whose audio cannot be found'],
  ])('%s: 415', (_name, bytes, detail) => {
    const { client, id, verdicts, details } = setUpConversation();
    expect(client.openNote(id, VOICE_QUERY, voiceMessage(bytes)).status).toBe(415);
    expect([verdicts(), details()]).toEqual([['B-10 fatal'], [detail]]);
  });

  test('a LIST chunk before the audio and one behind it are walked over', () => {
    const list = Buffer.concat([Buffer.from('LIST\x04\0\0\0INFO', 'latin1')]);
    const bytes = new Uint8Array(Buffer.concat([encodeWav(NOTE, 16_000, { listBytes: 26 }), list]));
    const { client, id, verdicts } = setUpConversation();
    expect(client.openNote(id, VOICE_QUERY, voiceMessage(bytes)).status).toBe(200);
    expect(verdicts()).toEqual([]);
  });

  test('text in a spoken note is 415, a recording in a written one 422', () => {
    const { client, id, verdicts } = setUpConversation();
    expect(client.openNote(id, VOICE_QUERY, textMessage('hi')).status).toBe(415);
    expect(client.openNote(id, TEXT_QUERY, voiceMessage(WAV)).status).toBe(422);
    expect(verdicts()).toEqual(['B-10 fatal', 'B-06 fatal']);
  });
});

describe('B-13 and B-14, the conversation', () => {
  test('a second operation while a stream is open: 409, each of them; afterwards it goes through', () => {
    const { client, id, verdicts } = setUpConversation();
    const first = client.openVoice(id, NOTE);
    expect([client.openVoice(id, NOTE).status, client.finishConversation(id).status]).toEqual([409, 409]);
    client.finish(first);
    expect(first.ending).toBe('ended');
    expect(client.openText(id, 'hi').status).toBe(200);
    expect(verdicts()).toEqual(['B-13 fatal', 'B-13 fatal']);
  });

  test('within 1 s of a cancelled stream: 409 and a note; 1,000 ms after it, 200', () => {
    const { client, clock, id, verdicts } = setUpConversation();
    const first = client.openVoice(id, NOTE);
    clock.advanceMs(100);
    first.cancel();
    clock.advanceMs(990);
    expect(client.openText(id, 'hi').status).toBe(409);
    clock.advanceMs(10);
    expect(client.openText(id, 'hi').status).toBe(200);
    expect(verdicts()).toEqual(['B-13 note']);
  });

  test('unknown 404, an id that is none 422, finished 409, of another user 404', () => {
    const { client, id, verdicts } = setUpConversation({ amigoAccounts: { users: ['demo-user', 'other-user'] } });
    expect(client.openText('65f0c2a19b7d4e0012ab34ff', 'hi').status).toBe(404);
    expect(
      client.request({ url: `${CONVERSATION_PATH}XYZ/finish/`, headers: { authorization: `Bearer ${client.token}` } })
        .status,
    ).toBe(422);
    client.signIn({ 'x-user-id': 'other-user' });
    expect(client.openText(id, 'hi').status).toBe(404);
    client.signIn();
    expect([client.finishConversation(id).status, client.finishConversation(id).status]).toEqual([204, 409]);
    expect(client.openText(id, 'hi').status).toBe(409);
    expect(verdicts()).toEqual(Array(5).fill('B-14 fatal'));
  });

  test('a second unfinished conversation 400, an unknown service or version set 404', () => {
    const { client, verdicts } = setUpConversation();
    expect(client.openCreate().status).toBe(400);
    expect(client.openCreate({ service_id: '65f0c2a19b7d4e0012ab34ff' }).status).toBe(404);
    expect(client.openCreate({ service_version_set_name: 'nightly' }).status).toBe(404);
    expect(verdicts()).toEqual(Array(3).fill('B-14 fatal'));
  });

  test('finishing a conversation in which nothing was said: 400, or 204 and gone; a note', () => {
    for (const [emptyFinish, status] of [
      ['refuse', 400],
      ['delete', 204],
    ] as const) {
      const { client, clock, verdicts } = setUp({ amigoNotes: { emptyFinish } });
      const created = client.openCreate();
      const id = String(created.of('conversation-created')[0]?.['conversation_id']);
      created.cancel();
      clock.advanceMs(1001);
      expect(client.finishConversation(id).status).toBe(status);
      expect(client.list().body.includes(id)).toBe(status === 400);
      expect(verdicts()).toEqual(['B-14 note']);
    }
  });

  test('a body that is no JSON, without service, or with a further key: 422', () => {
    const { client, verdicts, bearer } = setUp();
    for (const body of ['hello', '{}', JSON.stringify({ service_id: SERVICE_ID, colour: 'red' })]) {
      const response = client.request({
        url: `${BASE_URL}${CONVERSATION_PATH}?response_format=text`,
        headers: bearer(),
        body,
      });
      expect(response.status).toBe(422);
    }
    expect(verdicts()).toEqual(Array(3).fill('B-09 fatal'));
  });
});

describe('B-15, the upload', () => {
  test('over 2 MB: 413', () => {
    const { client, id, verdicts } = setUpConversation();
    expect(client.openVoice(id, new Int16Array(1_100_000)).status).toBe(413);
    expect(verdicts()).toEqual(['B-15 fatal']);
  });

  test('a body that stalls: 408; how long is 10 s unless set', () => {
    const { sandbox, path, verdicts, bearer } = setUpConversation();
    expect(sandbox.maxBodyStallMs(path)).toBe(10_000);
    const request = { method: 'POST', path, headers: { ...bearer(), host: 'localhost' }, body: new Uint8Array(0) };
    expect(sandbox.refuseBody(request, 'stalled').status).toBe(408);
    expect(verdicts()).toEqual(['B-15 fatal']);
    expect(setUp({ amigoNotes: { uploadStallMs: 50 } }).sandbox.maxBodyStallMs(path)).toBe(50);
  });
});

describe('B-16, rate limits', () => {
  test('the 16th note of a minute is 429 with Retry-After; who waits gets in, who does not is blamed', () => {
    const { client, clock, id, verdicts } = setUpConversation();
    for (let i = 0; i < 15; i++) {
      const answer = client.finish(client.openText(id, 'hi'));
      expect([answer.status, answer.headers['x-ratelimit-remaining']]).toEqual([200, String(14 - i)]);
    }
    const refused = client.openText(id, 'hi');
    expect(refused.status).toBe(429);
    expect(verdicts()).toEqual(['B-16 note']);
    const waitS = Number(refused.headers['retry-after']);
    clock.advanceMs((waitS - 2) * 1000);
    expect(client.openText(id, 'hi').status).toBe(429);
    clock.advanceMs(2000);
    expect(client.openText(id, 'hi').status).toBe(200);
    expect(verdicts()).toEqual(['B-16 note', 'B-16 strict']);
  });

  test('Retry-After as an HTTP date, and X-RateLimit-Reset in seconds since 1970', () => {
    const { client, clock } = setUp({ amigoNotes: { retryAfter: 'date' } });
    clock.advanceTo(10_000);
    for (let i = 0; i < 4; i++) client.signIn();
    const { status, headers } = client.signIn();
    expect([status, headers['retry-after']]).toEqual([429, 'Thu, 01 Jan 2026 00:01:05 GMT']);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Date.parse('2026-01-01T00:01:10Z') / 1000),
    });
  });

  test('limits count per user, per organization, or not at all', () => {
    for (const [quotaScope, statuses] of [
      ['user', [200, 429]],
      ['organization', [429, 429]],
      ['off', [200, 200]],
    ] as const) {
      const { client } = setUp({ amigoAccounts: { users: ['demo-user', 'other-user'] }, amigoNotes: { quotaScope } });
      for (let i = 0; i < 4; i++) client.signIn();
      const other = client.signIn({ 'x-user-id': 'other-user' }).status;
      expect([other, client.signIn().status]).toEqual(statuses);
    }
  });
});

describe('B-17, a recording sent again by itself', () => {
  test.each(['answer-500', 'answer-502', 'no-complete', 'reset-mid-line'])('after fault %s: fatal', (fault) => {
    const { client, clock, id, verdicts } = setUpConversation();
    client.finish(client.openVoice(id, NOTE, `&fault=${fault}`));
    clock.advanceMs(250);
    expect(client.openVoice(id, NOTE).status).toBe(200);
    expect(verdicts()).toEqual(['B-17 fatal']);
  });

  test.each(['answer-408', 'answer-409', 'answer-429', 'answer-503', 'error-first', 'error-between'])(
    'after fault %s nothing was taken: no breach',
    (fault) => {
      const { client, id, verdicts } = setUpConversation();
      client.finish(client.openVoice(id, NOTE, `&fault=${fault}`));
      expect(client.openVoice(id, NOTE).status).toBe(200);
      expect(verdicts()).toEqual([]);
    },
  );

  test('after 31 s, with another recording, or after a reply that was complete: no breach', () => {
    const { client, clock, id, verdicts } = setUpConversation();
    client.finish(client.openVoice(id, NOTE));
    client.finish(client.openVoice(id, NOTE));
    client.openVoice(id, NOTE, '&fault=answer-500');
    client.finish(client.openVoice(id, makeUserSpeech(401)));
    clock.advanceMs(30_001);
    expect(client.openVoice(id, NOTE).status).toBe(200);
    expect(verdicts()).toEqual([]);
  });
});

describe('policy record', () => {
  test('nothing is refused for a rule: no token, raw body, wrong config, no reply format', () => {
    const { client, path, verdicts } = setUpConversation({ policy: 'record' });
    const query = `request_format=voice&response_format=voice&request_audio_config=${encodeURIComponent('{"type":"mp3"}')}`;
    const headers = { 'content-type': 'audio/wav', accept: 'audio/wav' };
    const answer = client.finish(client.open({ url: `${path}?${query}`, headers, body: WAV }));
    expect([answer.status, answer.types.at(-1)]).toEqual([200, 'interaction-complete']);
    expect(answer.of('user-message-available')).toMatchObject([{ user_message: '[0.4 s of speech]' }]);
    expect(verdicts()).toEqual(['B-02 fatal', 'B-12 strict', 'B-11 fatal', 'B-08 fatal', 'B-10 fatal']);
  });

  test.each([
    [1, false],
    [3999, false],
    [4000, true],
    [44_100, true],
    [44_101, false],
    [4_294_967_295, false],
  ])('a file that says %i Hz, whatever was declared: is audio %s', (sampleRate, isAudio) => {
    const { client, id } = setUpConversation({ policy: 'record' });
    const bytes = encodeWav(new Int16Array(800), sampleRate);
    const answer = client.finish(client.openNote(id, VOICE_QUERY, voiceMessage(bytes)));
    const [heard] = answer.of('user-message-available');
    expect(answer.types.at(-1)).toBe('interaction-complete');
    expect(heard?.['user_message'] === '[1644 bytes that are no audio]').toBe(!isAudio);
  });

  test('a form that cannot be read at all lets the agent speak', () => {
    const { sendForm, client, verdicts } = setUpConversation({ policy: 'record' });
    const answer = client.finish(sendForm([], { contentType: 'multipart/form-data; boundary=other', query: '' }));
    expect([answer.status, answer.types.at(-1)]).toEqual([200, 'interaction-complete']);
    expect(verdicts()).toEqual(['B-09 fatal', 'B-05 fatal', 'B-06 fatal']);
  });

  test('what would be two at once, or is not there, is refused all the same', () => {
    const { client, id } = setUpConversation({ policy: 'record' });
    client.openVoice(id, NOTE);
    expect(client.openVoice(id, NOTE).status).toBe(409);
    expect(client.openText('65f0c2a19b7d4e0012ab34ff', 'hi').status).toBe(404);
  });
});
