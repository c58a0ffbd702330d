// This file checks the sign-in call: what is asked, and what every kind of answer means.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileInputs } from '../../test/hostileInputs.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import { parseSignInResponse, signInRequest, type SignInAccess } from './signIn.ts';

const ACCESS: SignInAccess = { organization: 'acme', apiKey: 'demo-key', apiKeyId: 'demo-key-id', userId: 'demo-user' };
const BODY = '{"id_token":"eyJ0.e30.c2ln","expires_at":"2026-11-21T13:00:00Z"}';

describe('signInRequest', () => {
  test('posts three headers and no body', () => {
    expect(signInRequest(ACCESS)).toEqual({
      method: 'POST',
      url: 'https://api.amigo.ai/v1/acme/user/signin_with_api_key',
      headers: { 'x-api-key': 'demo-key', 'x-api-key-id': 'demo-key-id', 'x-user-id': 'demo-user' },
    });
  });

  test('names the cluster of an organization that has one', () => {
    const { headers } = signInRequest({ ...ACCESS, mongoClusterName: 'blue' });
    expect(headers).toMatchObject({ 'x-mongo-cluster-name': 'blue' });
  });

  test.each(['organization', 'apiKey', 'apiKeyId', 'userId', 'mongoClusterName'] as const)(
    'refuses a %s that would break the request, and does not quote it',
    (name) => {
      const value = name === 'organization' ? '' : 'secret-part\r\nX-Injected: 1';
      let thrown: unknown;
      try {
        signInRequest({ ...ACCESS, [name]: value });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(VendorOptionsError);
      expect(JSON.stringify([thrown, String(thrown)])).not.toContain('secret-part');
      expect((thrown as VendorOptionsError).details.issues.map(({ path }) => path)).toEqual([[name]]);
    },
  );
});

describe('parseSignInResponse', () => {
  test.each([
    [BODY, { token: 'eyJ0.e30.c2ln', expiresAt: '2026-11-21T13:00:00Z' }],
    ['{"jwt":"a.b.c"}', { token: 'a.b.c' }],
    ['{"id_token":"a.b.c","jwt":"other","expires_at":null,"more":1}', { token: 'a.b.c' }],
  ])('reads %s', (body, message) => {
    expect(parseSignInResponse(200, body)).toEqual({ ok: true, message });
  });

  test.each([
    [401, 'credentials-rejected', false],
    [404, 'credentials-invalid', false],
    [422, 'credentials-invalid', false],
    [429, 'credentials-unavailable', true],
    [503, 'credentials-unavailable', true],
  ])('status %d is %s, retryable: %s', (status, code, retryable) => {
    expect(parseSignInResponse(status, BODY)).toEqual({ ok: false, code, retryable, status, issues: [] });
  });

  test.each(['{}', '{"id_token":""}', '{"id_token":5}', '{"id_token":"a","expires_at":5}', '[]', '<html>'])(
    'gives credentials-invalid for %s',
    (body) => {
      expect(parseSignInResponse(200, body)).toMatchObject({ ok: false, code: 'credentials-invalid' });
    },
  );

  test('never throws: 3000 hostile bodies', () => {
    const property = fc.property(hostileInputs(fc.constant(BODY)), (input) => {
      const result = parseSignInResponse(200, typeof input === 'string' ? input : input.join());
      if (result.ok) expect(result.message.token).not.toBe('');
    });
    fc.assert(property, { numRuns: 3000 });
  });
});
