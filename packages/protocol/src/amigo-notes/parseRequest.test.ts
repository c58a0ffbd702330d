// This file checks the server's half of the requests against the client's, and what a server refuses.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { anyClientMessage } from '../../test/amigoNotesMessages.ts';
import { hostileInputs } from '../../test/hostileInputs.ts';
import { encodeMultipart } from '../wire/multipart.ts';
import { parseCreateBody, parseCreateQuery, parseInteractQuery, parseListQuery } from './parseRequest.ts';
import {
  ClientMessageSchema,
  RequestHeadersSchema,
  type CreateBody,
  type InteractQuery,
  type ListQuery,
} from './requestMessages.ts';
import { createRequest, interactRequest, listRequest, type NotesAccess } from './requests.ts';

const ID = '65f0c2a19b7d4e0012ab34ce';
const ACCESS: NotesAccess = { organization: 'acme', token: 'eyJ0.e30.c2ln' };
const pairsOf = (url: string) => new URL(url).searchParams;
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Without the keys that are undefined. */
const present = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

const requestAudio = fc.oneof(
  fc.record({
    type: fc.constant('pcm' as const),
    frame_rate: fc.integer({ min: 4000, max: 44_100 }),
    n_channels: fc.constant(1 as const),
    sample_width: fc.constantFrom(2 as const, 4 as const),
  }),
  fc.constant({ type: 'mp3' as const }),
);
const form = fc.constantFrom('text' as const, 'voice' as const);
const anyInteractQuery = fc
  .record({
    request_format: form,
    response_format: form,
    request_audio_config: requestAudio,
    current_agent_action_type: optional(fc.string({ unit: 'grapheme' })),
    response_audio_format: optional(
      fc.constantFrom(
        { type: 'pcm' as const, sample_rate: 44_100 as const },
        { type: 'mp3' as const, sample_rate: 22_050 as const, sample_width: 4 as const },
      ),
    ),
    audio_format: optional(fc.constantFrom('pcm' as const, 'mp3' as const)),
  })
  .map((query) => present(query) as InteractQuery);
const ids = optional(fc.array(fc.constant(ID), { minLength: 1, maxLength: 3 }));
const anyListQuery = fc
  .record({
    service_id: ids,
    id: ids,
    is_finished: optional(fc.boolean()),
    limit: optional(fc.integer({ min: 1, max: 150 })),
    continuation_token: optional(fc.nat()),
    sort_by: optional(fc.constantFrom('+created_at', '-created_at').map((field) => [field])),
    tag: optional(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 2 })),
  })
  .map((query) => present(query) as ListQuery);

describe('the server reads what the client writes', () => {
  test('1000 random queries of interact, in URLs', () => {
    const property = fc.property(anyInteractQuery, (query) => {
      const { url } = interactRequest(ACCESS, ID, query, { initial_message_type: 'skip' });
      expect(parseInteractQuery(pairsOf(url))).toEqual({ ok: true, message: query });
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('1000 random queries of the list, in URLs', () => {
    const property = fc.property(anyListQuery, (query) => {
      expect(parseListQuery(pairsOf(listRequest(ACCESS, query).url))).toEqual({ ok: true, message: query });
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('the query and the body that make a conversation', () => {
    const query = { response_format: 'voice', current_agent_action_type: '^$' } as const;
    const bodies: readonly CreateBody[] = [
      { service_id: ID },
      { service_id: ID, service_version_set_name: 'edge', tags: { team: 'blue', more: null } },
      { service_id: ID, initial_message: 'hello', initial_message_type: 'user-message' },
      { service_id: ID, initial_message: null, initial_message_type: null },
    ];
    for (const body of bodies) {
      const request = createRequest(ACCESS, query, body);
      expect(parseCreateQuery(pairsOf(request.url))).toEqual({ ok: true, message: query });
      expect(parseCreateBody(request.body ?? '')).toEqual({ ok: true, message: body });
    }
  });

  test('headers, with the content type that forms have', () => {
    const { headers, form: parts } = interactRequest(
      { ...ACCESS, tokenOrganization: 'other', mongoClusterName: 'blue' },
      ID,
      { request_format: 'text', response_format: 'text' },
      { initial_message_type: 'skip' },
    );
    const { contentType } = encodeMultipart(parts, () => 0.5);
    const seen = Object.entries({ ...headers, 'Content-Type': contentType }).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    expect(v.safeParse(RequestHeadersSchema, Object.fromEntries(seen)).success).toBe(true);
    expect(v.safeParse(RequestHeadersSchema, { authorization: 'eyJ0' }).success).toBe(false);
    const loose = { authorization: 'Bearer x', 'content-type': 'multipart/form-data;boundary=x' };
    expect(v.safeParse(RequestHeadersSchema, loose).success).toBe(false);
  });

  test('2000 random uploads fit their schema', () => {
    const property = fc.property(anyClientMessage, (message) => {
      expect(v.parse(ClientMessageSchema, message)).toEqual(message);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

const VOICE = 'request_format=voice&response_format=voice';

describe('a server refuses', () => {
  test.each([
    ['nothing', '', [['request_format'], ['response_format']]],
    ['an unknown form', 'request_format=song&response_format=text', [['request_format']]],
    ['a voice without its format', VOICE, [['request_audio_config']]],
    ['a format that is no JSON', `${VOICE}&request_audio_config=pcm`, [['request_audio_config']]],
    ['a format of another type', `${VOICE}&request_audio_config={"type":"flac"}`, [['request_audio_config', 'type']]],
    [
      '3999 Hz',
      `${VOICE}&request_audio_config={"type":"pcm","frame_rate":3999,"n_channels":1,"sample_width":2}`,
      [['request_audio_config', 'frame_rate']],
    ],
    [
      'two channels of 3 bytes',
      `${VOICE}&request_audio_config={"type":"pcm","frame_rate":8000,"n_channels":2,"sample_width":3}`,
      [
        ['request_audio_config', 'n_channels'],
        ['request_audio_config', 'sample_width'],
      ],
    ],
    [
      'a key too many',
      `${VOICE}&request_audio_config={"type":"mp3","frame_rate":8000}`,
      [['request_audio_config', 'frame_rate']],
    ],
    [
      'another rate of answers',
      `request_format=text&response_format=voice&response_audio_format={"type":"pcm","sample_rate":16001}`,
      [['response_audio_format', 'sample_rate']],
    ],
  ])('%s', (_name, query, paths) => {
    const result = parseInteractQuery(new URLSearchParams(query));
    expect(!result.ok && result.issues.map(({ path }) => path)).toEqual(paths);
  });

  test.each([
    ['limit=0', ['limit']],
    ['limit=151', ['limit']],
    ['limit=1.5', ['limit']],
    ['is_finished=yes', ['is_finished']],
    ['service_id=x', ['service_id', 0]],
    [`id=${ID}&id=y`, ['id', 1]],
  ])('a list of %s', (query, path) => {
    const result = parseListQuery(new URLSearchParams(query));
    expect(!result.ok && result.issues.map((issue) => issue.path)).toEqual([path]);
  });

  test.each([
    ['{}', ['service_id']],
    ['{"service_id":"x"}', ['service_id']],
    [`{"service_id":"${ID}","initial_message":""}`, ['initial_message']],
    [`{"service_id":"${ID}","initial_message_type":"user-message"}`, ['initial_message']],
    [`{"service_id":"${ID}","initial_message":"x","initial_message_type":"skip"}`, ['initial_message_type']],
    [`{"service_id":"${ID}","service":"x"}`, ['service']],
    ['[]', []],
  ])('a conversation made of %s', (body, path) => {
    const result = parseCreateBody(body);
    expect(!result.ok && result.issues.map((issue) => issue.path)).toEqual([path]);
  });

  test('nothing by throwing: 3000 hostile queries and bodies', () => {
    const texts = hostileInputs(fc.constant(`{"service_id":"${ID}"}`)).map((input) =>
      typeof input === 'string' ? input : input.join(),
    );
    const name = fc.oneof(
      fc.constantFrom('limit', 'id', 'request_audio_config', '__proto__', 'constructor', 'tag'),
      fc.string(),
    );
    const property = fc.property(texts, fc.array(fc.tuple(name, texts), { maxLength: 4 }), (body, pairs) => {
      for (const result of [parseCreateBody(body), parseInteractQuery(pairs), parseCreateQuery(pairs)]) {
        if (!result.ok) expect(result.issues.length).toBeGreaterThan(0);
      }
      const list = parseListQuery(pairs);
      expect(list.ok || list.issues.length > 0).toBe(true);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
    fc.assert(property, { numRuns: 3000 });
  });
});
