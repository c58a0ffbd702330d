// This file checks the call that creates a session: what is asked, and what every kind of answer means.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileInputs } from '../../test/hostileInputs.ts';
import { VendorOptionsError, parseSessionAnswer, sessionRequest } from './index.ts';

const ASKED = { agentId: '68aa00bb11cc22dd33ee44ff', privateKey: 'demo-key' };
const ANSWER = '{"status":true,"message":"Session created","data":{"session_id":"0f0e6c1e"}}';

describe('sessionRequest', () => {
  test('posts to the agent’s sessions with the key in the header private_key and no body', () => {
    expect(sessionRequest(ASKED)).toEqual({
      method: 'POST',
      url: 'https://api.soca.ai/v1/session/68aa00bb11cc22dd33ee44ff',
      headers: { private_key: 'demo-key' },
    });
  });

  test('asks another server where told, and lets no id leave its place in the path', () => {
    const { url } = sessionRequest({ ...ASKED, agentId: '../a?b#c/d', apiUrl: 'http://127.0.0.1:8787/' });
    expect(url).toBe('http://127.0.0.1:8787/v1/session/..%2Fa%3Fb%23c%2Fd');
  });

  test.each([
    ['no agent', { ...ASKED, agentId: '' }, 'agentId'],
    ['half a surrogate', { ...ASKED, agentId: '\ud83d' }, 'agentId'],
    ['a key that would break the header', { ...ASKED, privateKey: 'secret-part\r\nX: 1' }, 'privateKey'],
    ['a URL that is none', { ...ASKED, apiUrl: 'api.soca.ai' }, 'apiUrl'],
  ])('refuses %s, and quotes nothing', (_name, options, path) => {
    const error = caught(() => sessionRequest(options));
    expect(error.details.issues.map((issue) => issue.path)).toEqual([[path]]);
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('secret-part');
  });
});

describe('parseSessionAnswer', () => {
  test.each([200, 201])('reads the id of a %d', (status) => {
    const result = parseSessionAnswer(status, ANSWER);
    expect(result.ok && result.message.data.session_id).toBe('0f0e6c1e');
  });

  test.each([
    [401, 'credentials-rejected', false],
    [403, 'credentials-forbidden', false],
    [404, 'credentials-invalid', false],
    [429, 'credentials-unavailable', true],
    [500, 'credentials-unavailable', true],
  ])('takes a %d for %s', (status, code, retryable) => {
    expect(parseSessionAnswer(status, ANSWER)).toMatchObject({ ok: false, code, retryable, status });
  });

  test.each([
    ['status false in spite of a 200', '{"status":false,"message":"no such agent","data":null}', ['status']],
    ['no id', '{"status":true,"data":{}}', ['data', 'session_id']],
    ['an empty id', '{"status":true,"data":{"session_id":""}}', ['data', 'session_id']],
    ['HTML', '<html>', []],
  ])('refuses a body with %s', (_name, body, path) => {
    const result = parseSessionAnswer(200, body);
    expect(result).toMatchObject({ ok: false, code: 'credentials-invalid', retryable: false });
    expect(!result.ok && result.issues.map((issue) => issue.path)).toContainEqual(path);
  });

  test('never throws: 5000 hostile bodies', () => {
    const property = fc.property(fc.constantFrom(200, 201, 500), hostileInputs(fc.constant(ANSWER)), (status, body) => {
      const result = parseSessionAnswer(status, String(body));
      if (result.ok) expect(result.message.data.session_id).not.toBe('');
    });
    fc.assert(property, { numRuns: 5000 });
  });
});

function caught(act: () => unknown): VendorOptionsError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof VendorOptionsError) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}
