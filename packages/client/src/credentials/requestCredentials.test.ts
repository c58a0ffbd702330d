import { TokenCache, parseSignInResponse } from '@voicewire/protocol/amigo';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SIGN_IN, VENDOR_CALLS } from '../../test/vendorCalls.ts';
import { TransportError, VoiceError, type ErrorCode } from '../errors.ts';
import { FakeClock } from '../testing/fakeClock.ts';
import type { FetchLike } from './httpCall.ts';
import { isBrowser } from './isBrowser.ts';
import { requestCredentials } from './requestCredentials.ts';

const KEY = 'canary-key-9f8e7d6c5b4a';
const BASE_URL = 'https://api.example';

const answering =
  (status: number, body: string): FetchLike =>
  () =>
    Promise.resolve({ status, text: () => Promise.resolve(body) });
const failing =
  (thrown: unknown): FetchLike =>
  () =>
    // Platforms reject with whatever they like, and so does this one.
    Promise.reject(thrown);

/** The error of a call that must fail; throws where it does not, or where the error shows the key. */
async function failureOf(pending: Promise<unknown>): Promise<VoiceError> {
  const failure: unknown = await pending.then(
    (value) => new Error(`No failure, but ${JSON.stringify(value)}.`),
    (thrown: unknown) => thrown,
  );
  if (!(failure instanceof VoiceError)) throw failure;
  expectNoKey(failure);
  return failure;
}

/** Throws when the key is anywhere in the error, down its causes. */
function expectNoKey(shown: unknown): void {
  if (!(shown instanceof Error)) return expect(String(JSON.stringify(shown))).not.toContain(KEY);
  expect([shown.message, shown.stack, JSON.stringify(shown)].join('\n')).not.toContain(KEY);
  expectNoKey(shown.cause);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(VENDOR_CALLS)('requestCredentials, $name', ({ request, read, goodAnswer, gives }) => {
  const call = (fetch: FetchLike) =>
    requestCredentials(request(BASE_URL, KEY), read, { fetch, clock: new FakeClock() });

  test('sends what the vendor describes, follows no redirect, and gives what the answer holds', async () => {
    const sent: unknown[] = [];
    const answer = await call((url, init) => {
      sent.push({ url, ...init });
      return answering(200, goodAnswer)(url, init);
    });
    expect(answer).toEqual(gives);
    expect(sent).toEqual([{ ...request(BASE_URL, KEY), redirect: 'manual' }]);
    expect(JSON.stringify(sent)).toContain(KEY);
  });

  test.each<readonly [status: number, code: ErrorCode, isRetryable: boolean]>([
    [401, 'credentials-rejected', false],
    [403, 'credentials-forbidden', false],
    [408, 'credentials-unavailable', true],
    [429, 'credentials-unavailable', true],
    [500, 'credentials-unavailable', true],
    [503, 'credentials-unavailable', true],
    [404, 'credentials-invalid', false],
    [302, 'credentials-invalid', false],
  ])('a %i is %s', async (status, code, retryable) => {
    const failure = await failureOf(call(answering(status, `the key ${KEY} is bad`)));
    expect(failure).toMatchObject({ code, retryable, details: { status } });
    expect(failure.message).toContain(`(status ${status})`);
  });

  test.each([`${KEY}`, `{"token":"${KEY}"`, `["${KEY}"]`, `{"status":["${KEY}"],"id_token":["${KEY}"]}`, ''])(
    'a 200 with %j is credentials-invalid, and says where without quoting',
    async (body) => {
      const failure = await failureOf(call(answering(200, body)));
      expect(failure.code).toBe('credentials-invalid');
      expect(failure.details['status']).toBe(200);
      expect(failure.details['issues']).not.toEqual([]);
    },
  );
});

describe('requestCredentials', () => {
  const read = parseSignInResponse;
  const request = SIGN_IN.request(BASE_URL, KEY);
  const call = (fetch: FetchLike) => requestCredentials(request, read, { fetch, clock: new FakeClock() });

  test('a network that fails is credentials-unavailable, with the name of the fault and nothing else', async () => {
    const refused = Object.assign(new Error(`connect ${KEY}`), { code: 'ECONNREFUSED' });
    const failure = await failureOf(call(failing(new TypeError(`fetch failed: ${KEY}`, { cause: refused }))));
    expect(failure).toBeInstanceOf(TransportError);
    expect(failure).toMatchObject({ code: 'credentials-unavailable', details: { networkFault: 'ECONNREFUSED' } });
    expect(failure.cause).toBeUndefined();
  });

  test.each([
    ['a header that is quoted', new TypeError(`Headers.append: "${KEY}" is an invalid header value.`)],
    ['a code that is the key', Object.assign(new Error('x'), { code: KEY })],
    ['no error at all', KEY],
    ['nothing', undefined],
  ])('keeps nothing of %s', async (_name, thrown) => {
    const failure = await failureOf(call(failing(thrown)));
    expect(failure).toMatchObject({ code: 'credentials-unavailable', details: {} });
  });

  test('keeps no fault that is a piece of the request', async () => {
    const thrown = Object.assign(new Error('x'), { code: 'ESECRETKEY' });
    const pending = requestCredentials({ ...request, headers: { key: 'ESECRETKEY' } }, read, {
      fetch: failing(thrown),
      clock: new FakeClock(),
    });
    expect((await failureOf(pending)).details).toEqual({});
  });

  test('a body that breaks off is credentials-unavailable', async () => {
    const fetch: FetchLike = () =>
      Promise.resolve({ status: 200, text: () => Promise.reject(new TypeError(`terminated at ${KEY}`)) });
    expect((await failureOf(call(fetch))).code).toBe('credentials-unavailable');
  });

  test('gives up after exactly 10,000 ms, or the limit it was told, and leaves no timer', async () => {
    for (const [limitMs, given] of [
      [10_000, {}],
      [250, { limitMs: 250 }],
    ] as const) {
      const clock = new FakeClock();
      let failure: VoiceError | undefined;
      const fetch: FetchLike = () => new Promise(() => {});
      void failureOf(requestCredentials(request, read, { fetch, clock, ...given })).then((error) => (failure = error));
      await clock.advance(limitMs - 1);
      expect(failure).toBeUndefined();
      await clock.advance(1);
      expect(failure).toMatchObject({ code: 'credentials-timeout', retryable: true, details: { limitMs } });
      expect(clock.pendingTimers).toBe(0);
    }
  });

  test('leaves no timer after an answer', async () => {
    const clock = new FakeClock();
    await requestCredentials(request, read, { fetch: answering(200, SIGN_IN.goodAnswer), clock });
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a limit of %d ms', async (limitMs) => {
    const options = { fetch: answering(200, SIGN_IN.goodAnswer), clock: new FakeClock(), limitMs };
    expect((await failureOf(requestCredentials(request, read, options))).code).toBe('invalid-option');
  });

  test.each(['window', 'DedicatedWorkerGlobalScope', 'SharedWorkerGlobalScope'])(
    'sends nothing where there is a global %s, unless it is told to',
    async (name) => {
      vi.stubGlobal(name, {});
      let callCount = 0;
      const fetch: FetchLike = (url, init) => {
        callCount++;
        return answering(200, SIGN_IN.goodAnswer)(url, init);
      };
      const failure = await failureOf(call(fetch));
      expect(failure).toMatchObject({ code: 'secret-in-browser', details: { dangerouslyAllowBrowser: false } });
      expect(failure.message).toContain('on your server');
      expect(callCount).toBe(0);
      const options = { fetch, clock: new FakeClock(), dangerouslyAllowBrowser: true };
      expect(await requestCredentials(request, read, options)).toEqual(SIGN_IN.gives);
      expect(callCount).toBe(1);
    },
  );

  test('takes Node for no browser', () => {
    expect(isBrowser(globalThis)).toBe(false);
  });
});

describe('requestCredentials with a TokenCache', () => {
  test('signs in once for all who ask, again at 5 minutes left and after a rejection, and after a failure', async () => {
    let nowEpochMs = Date.UTC(2026, 10, 21, 12);
    let signInCount = 0;
    let status = 200;
    const fetch: FetchLike = () => {
      signInCount++;
      const expiresAt = new Date(nowEpochMs + 3_600_000).toISOString();
      const body = JSON.stringify({ id_token: `token-${signInCount}`, expires_at: expiresAt });
      return Promise.resolve({ status, text: () => Promise.resolve(body) });
    };
    const cache = new TokenCache({
      signIn: () =>
        requestCredentials(SIGN_IN.request(BASE_URL, KEY), parseSignInResponse, { fetch, clock: new FakeClock() }),
      nowEpochMs: () => nowEpochMs,
    });
    const get = async (): Promise<string> => (await cache.get()).token;

    expect(await Promise.all([get(), get(), get()])).toEqual(['token-1', 'token-1', 'token-1']);
    nowEpochMs += 3_600_000 - 300_001;
    expect(await get()).toBe('token-1');
    nowEpochMs += 1;
    expect(await Promise.all([get(), get()])).toEqual(['token-2', 'token-2']);
    cache.reject('token-1');
    expect(await get()).toBe('token-2');
    cache.reject('token-2');
    status = 503;
    const failures = await Promise.all([failureOf(get()), failureOf(get())]);
    expect(failures.map(({ code }) => code)).toEqual(['credentials-unavailable', 'credentials-unavailable']);
    status = 200;
    expect(await get()).toBe('token-4');
  });
});

describe('the assertion that no key is shown', () => {
  test.each([
    new Error(KEY),
    new Error('x', { cause: new Error(KEY) }),
    new Error('x', { cause: KEY }),
    new VoiceError('credentials-invalid', 'x', { details: { header: KEY } }),
  ])('fails on %o', (shown) => {
    expect(() => expectNoKey(shown)).toThrow(KEY);
  });
});
