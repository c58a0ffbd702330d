// This file checks every HTTP call: its URL to the last slash, its headers, its body, and what is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileInputs } from '../../test/hostileInputs.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import {
  createRequest,
  finishRequest,
  interactRequest,
  listRequest,
  parseListResponse,
  parseSourceResponse,
  sourceRequest,
  type NotesAccess,
} from './requests.ts';

const CONVERSATION = '65f0c2a19b7d4e0012ab34ce';
const SERVICE = '65f0c2a19b7d4e0012ab34cd';
const MESSAGE = '65f0c2a19b7d4e0012ab34cf';
const ACCESS: NotesAccess = { organization: 'acme', token: 'eyJ0.e30.c2ln' };
const BASE = 'https://api.amigo.ai/v1/acme/conversation/';
const SKIP = { initial_message_type: 'skip' } as const;

describe('requests', () => {
  test('createRequest posts JSON and asks for a stream', () => {
    const body = { service_id: SERVICE, service_version_set_name: 'release' };
    expect(createRequest(ACCESS, { response_format: 'voice', current_agent_action_type: '^$' }, body)).toEqual({
      method: 'POST',
      url: `${BASE}?response_format=voice&current_agent_action_type=%5E%24`,
      headers: {
        Authorization: 'Bearer eyJ0.e30.c2ln',
        Accept: 'application/x-ndjson',
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  });

  test('interactRequest posts a form, with both objects as JSON in the query and no content type', () => {
    const request = interactRequest(
      ACCESS,
      CONVERSATION,
      {
        request_format: 'voice',
        response_format: 'voice',
        request_audio_config: { type: 'pcm', frame_rate: 16_000, n_channels: 1, sample_width: 2 },
        response_audio_format: { type: 'pcm', sample_rate: 16_000 },
        audio_format: 'pcm',
        current_agent_action_type: '^action-too-long$',
      },
      SKIP,
    );
    expect(request.url).toBe(
      `${BASE}${CONVERSATION}/interact?request_format=voice&response_format=voice` +
        '&request_audio_config=%7B%22type%22%3A%22pcm%22%2C%22frame_rate%22%3A16000%2C%22n_channels%22%3A1%2C%22sample_width%22%3A2%7D' +
        '&response_audio_format=%7B%22type%22%3A%22pcm%22%2C%22sample_rate%22%3A16000%7D&audio_format=pcm' +
        '&current_agent_action_type=%5Eaction-too-long%24',
    );
    expect(request.headers).toEqual({ Authorization: 'Bearer eyJ0.e30.c2ln', Accept: 'application/x-ndjson' });
    expect(request.form.map(({ name }) => name)).toEqual(['initial_message_type', 'recorded_message']);
  });

  test('finishRequest posts nothing, to a path with a final slash', () => {
    expect(finishRequest(ACCESS, CONVERSATION)).toEqual({
      method: 'POST',
      url: `${BASE}${CONVERSATION}/finish/`,
      headers: { Authorization: 'Bearer eyJ0.e30.c2ln', Accept: 'application/json' },
    });
  });

  test('listRequest repeats the keys of lists, and leaves out what is undefined', () => {
    const query = { service_id: [SERVICE, CONVERSATION], is_finished: false, limit: 1, sort_by: ['-created_at'] };
    expect(listRequest(ACCESS, query).url).toBe(
      `${BASE}?service_id=${SERVICE}&service_id=${CONVERSATION}&is_finished=false&limit=1&sort_by=-created_at`,
    );
    expect(listRequest(ACCESS, {})).toMatchObject({ method: 'GET', url: BASE });
  });

  test('sourceRequest asks for a short-lived URL unless told otherwise', () => {
    const url = `${BASE}${CONVERSATION}/messages/${MESSAGE}/source?long_lived=`;
    expect(sourceRequest(ACCESS, CONVERSATION, MESSAGE).url).toBe(`${url}false`);
    expect(sourceRequest(ACCESS, CONVERSATION, MESSAGE, true).url).toBe(`${url}true`);
  });

  test('sends the headers of tokens and clusters from elsewhere where they are given', () => {
    const access = { ...ACCESS, region: 'eu', tokenOrganization: 'other', mongoClusterName: 'blue' } as const;
    expect(finishRequest(access, CONVERSATION)).toMatchObject({
      url: `https://api-eu-central-1.amigo.ai/v1/acme/conversation/${CONVERSATION}/finish/`,
      headers: { 'X-ORG-ID': 'other', 'x-mongo-cluster-name': 'blue' },
    });
  });

  test.each([
    ['an organization', () => finishRequest({ ...ACCESS, organization: '' }, CONVERSATION), ['organization']],
    ['a token', () => finishRequest({ ...ACCESS, token: 'secret\r\nX: 1' }, CONVERSATION), ['token']],
    ['a conversation', () => finishRequest(ACCESS, '../user'), ['conversationId']],
    ['a message', () => sourceRequest(ACCESS, CONVERSATION, 'm8'), ['messageId']],
    ['a service', () => createRequest(ACCESS, { response_format: 'text' }, { service_id: 'x' }), ['service_id']],
    ['a limit', () => listRequest(ACCESS, { limit: 151 }), ['limit']],
    ['a filter', () => listRequest(ACCESS, { id: ['x'] }), ['query']],
    [
      'a header',
      () =>
        interactRequest(
          { ...ACCESS, tokenOrganization: 'a b' },
          CONVERSATION,
          { request_format: 'text', response_format: 'text' },
          SKIP,
        ),
      ['tokenOrganization'],
    ],
  ])('refuse %s that cannot work, and quote nothing', (_name, act, path) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(VendorOptionsError);
    expect((thrown as VendorOptionsError).details.issues.map((issue) => issue.path)).toEqual([path]);
    expect(String(thrown)).not.toContain('secret');
  });
});

const LISTED = {
  conversations: [
    {
      id: CONVERSATION,
      user_id: 'u1',
      created_at: '2026-11-21T12:00:00Z',
      is_finished: false,
      service_id: SERVICE,
      num_messages: 3,
    },
  ],
  has_more: false,
  continuation_token: null,
};

describe('answers', () => {
  test('parseListResponse keeps what it knows and what it does not', () => {
    expect(parseListResponse(JSON.stringify(LISTED))).toEqual({ ok: true, message: LISTED });
    const broken = parseListResponse('{"conversations":[{}],"has_more":false,"continuation_token":null}');
    expect(!broken.ok && broken.issues.map(({ path }) => path)).toContainEqual(['conversations', 0, 'id']);
  });

  test('parseSourceResponse reads where the recording is', () => {
    const source = {
      url: 'https://files.example/a?sig=1',
      expires_at: '2026-11-21T13:00:00Z',
      content_type: 'audio/wav',
    };
    expect(parseSourceResponse(JSON.stringify(source))).toEqual({ ok: true, message: source });
    expect(parseSourceResponse('{"url":5}').ok).toBe(false);
  });

  test('never throw: 2000 hostile bodies', () => {
    const property = fc.property(hostileInputs(fc.constant(JSON.stringify(LISTED))), (input) => {
      const body = typeof input === 'string' ? input : input.join();
      for (const result of [parseListResponse(body), parseSourceResponse(body)]) {
        if (!result.ok) expect(result.issues.length).toBeGreaterThan(0);
      }
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
