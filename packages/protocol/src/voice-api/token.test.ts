// This file checks the two HTTP calls: what is asked, and what every kind of answer means.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileInputs } from '../../test/hostileInputs.ts';
import {
  VendorOptionsError,
  heartbeatRequest,
  parseHeartbeatResponse,
  parseTokenResponse,
  tokenRequest,
} from './index.ts';

const ACCESS = { apiUrl: 'https://voice.example', apiKey: 'demo-key' };
const TOKEN_BODY = '{"token":"eyJ0.e30.c2ln","ws_url":"wss://voice.example/api/v1/sdk/ws"}';

describe('tokenRequest', () => {
  test('posts to the token endpoint with the key in a header and no body', () => {
    expect(tokenRequest(ACCESS)).toEqual({
      method: 'POST',
      url: 'https://voice.example/api/v1/sdk/token',
      headers: { Authorization: 'Bearer demo-key', 'Content-Type': 'application/json' },
    });
  });

  test.each([
    ['https://voice.example/', 'https://voice.example/api/v1/sdk/token'],
    ['https://voice.example//', 'https://voice.example/api/v1/sdk/token'],
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787/api/v1/sdk/token'],
    ['https://gate.example/voice/', 'https://gate.example/voice/api/v1/sdk/token'],
    ['HTTPS://[::1]:8443', 'HTTPS://[::1]:8443/api/v1/sdk/token'],
  ])('below %s asks %s', (apiUrl, url) => {
    expect(tokenRequest({ ...ACCESS, apiUrl }).url).toBe(url);
  });

  test.each([
    '',
    'voice.example',
    'ftp://voice.example',
    'https://',
    'https://a b',
    'https://a?b=c',
    'https://a#b',
    'https:///x',
  ])('refuses the URL "%s"', (apiUrl) => {
    expect(() => tokenRequest({ ...ACCESS, apiUrl })).toThrow(VendorOptionsError);
  });

  test('refuses a key that would break the header, and does not quote it', () => {
    const apiKey = 'secret-part\r\nX-Injected: 1';
    const error = caught(() => tokenRequest({ ...ACCESS, apiKey }));
    expect(error).toBeInstanceOf(VendorOptionsError);
    expect(error).toMatchObject({ name: 'VendorOptionsError', code: 'invalid-vendor-options', retryable: false });
    expect(error.details.issues.map(({ path }) => path)).toEqual([['apiKey']]);
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('secret-part');
  });

  test('names both faults of two, in one sentence', () => {
    const error = caught(() => tokenRequest({ apiUrl: '', apiKey: '' }));
    expect(error.message).toBe(
      'tokenRequest(): apiUrl: expected an http:// or https:// URL without query or fragment, ' +
        'received an empty string; apiKey: expected printable ASCII without spaces, received an empty string',
    );
  });
});

test('heartbeatRequest posts to the heartbeat endpoint', () => {
  expect(heartbeatRequest(ACCESS)).toEqual({
    ...tokenRequest(ACCESS),
    url: 'https://voice.example/api/v1/sdk/heartbeat',
  });
});

describe('parseTokenResponse', () => {
  test('gives token and URL of a 200, and what else is in it', () => {
    const message = { token: 'eyJ0.e30.c2ln', ws_url: 'wss://voice.example/api/v1/sdk/ws' };
    expect(parseTokenResponse(200, TOKEN_BODY)).toEqual({ ok: true, message });
    expect(parseTokenResponse(201, TOKEN_BODY.replace('}', ',"region":"eu"}'))).toEqual({
      ok: true,
      message: { ...message, region: 'eu' },
    });
  });

  test.each([
    [401, 'credentials-rejected', false],
    [403, 'credentials-forbidden', false],
    [500, 'credentials-unavailable', true],
    [502, 'credentials-unavailable', true],
    [503, 'credentials-unavailable', true],
    [599, 'credentials-unavailable', true],
    [408, 'credentials-unavailable', true],
    [429, 'credentials-unavailable', true],
    [0, 'credentials-invalid', false],
    [301, 'credentials-invalid', false],
    [400, 'credentials-invalid', false],
    [404, 'credentials-invalid', false],
  ])('status %d is %s, retryable: %s, even with a good body', (status, code, retryable) => {
    for (const body of [TOKEN_BODY, '', '<html>']) {
      expect(parseTokenResponse(status, body)).toEqual({ ok: false, code, retryable, status, issues: [] });
    }
  });

  test.each([
    ['nothing', '', []],
    ['a page', '<!doctype html><title>Sign in</title>', []],
    ['no token', '{"ws_url":"wss://voice.example/ws"}', ['token']],
    ['an empty token', '{"token":"","ws_url":"wss://voice.example/ws"}', ['token']],
    ['no URL', '{"token":"t"}', ['ws_url']],
    ['an https URL', '{"token":"t","ws_url":"https://voice.example/ws"}', ['ws_url']],
    ['a URL without host', '{"token":"t","ws_url":"wss:///ws"}', ['ws_url']],
    ['a URL with a fragment', '{"token":"t","ws_url":"wss://voice.example/ws#x"}', ['ws_url']],
    ['a URL with a line break', '{"token":"t","ws_url":"wss://voice.example/\\nws"}', ['ws_url']],
    ['an array', '[]', []],
  ])('a 200 with %s is credentials-invalid and says where', (_name, body, path) => {
    const result = parseTokenResponse(200, body);
    expect(result).toMatchObject({ ok: false, code: 'credentials-invalid', retryable: false, status: 200 });
    expect(!result.ok && result.issues.map((issue) => issue.path)).toEqual([path]);
  });

  test('quotes neither the token nor the body, whatever is wrong', () => {
    for (const body of ['{"token":"eyJ0-secret","ws_url":5}', '{"token":["eyJ0-secret"]}', 'eyJ0-secret']) {
      expect(JSON.stringify(parseTokenResponse(200, body))).not.toContain('eyJ0-secret');
    }
  });

  test('never throws: 5000 hostile bodies under random statuses', () => {
    const texts = hostileInputs(fc.constant(TOKEN_BODY)).map((input) =>
      typeof input === 'string' ? input : input.join(),
    );
    const property = fc.property(fc.integer(), texts, (status, body) => {
      const result = parseTokenResponse(status, body);
      if (result.ok) expect(result.message.ws_url).toMatch(/^wss?:/i);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  test('refuses a URL of 1,000,000 characters with a fault at its end within the time of a test', () => {
    const ws_url = `wss://${'a'.repeat(1_000_000)}#`;
    expect(parseTokenResponse(200, JSON.stringify({ token: 't', ws_url })).ok).toBe(false);
  });
});

test('parseHeartbeatResponse reads ok, a refusal and rubbish', () => {
  expect(parseHeartbeatResponse(200, '{"status":"ok"}')).toEqual({ ok: true, message: { status: 'ok' } });
  expect(parseHeartbeatResponse(401, '')).toMatchObject({ ok: false, code: 'credentials-rejected' });
  expect(parseHeartbeatResponse(200, '{"status":true}')).toMatchObject({ ok: false, code: 'credentials-invalid' });
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
