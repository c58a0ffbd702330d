// This file makes every vendor's key calls over Node's own fetch: to the sandbox, and to small servers that speak the rest.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TokenCache, parseSignInResponse, type UserToken } from '@voicewire/protocol/amigo';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { requestCredentials, type RequestCredentialsOptions } from '../../src/credentials/index.ts';
import { nodeClock, VoiceError } from '../../src/node/index.ts';
import { HEARTBEAT, SESSION, SIGN_IN, TOKEN, type VendorCall } from '../vendorCalls.ts';

const KEY = 'canary-key-9f8e7d6c5b4a';
const HOUR_MS = 3_600_000;
const OPTIONS: RequestCredentialsOptions = { fetch, clock: nodeClock };

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

const call = (vendor: VendorCall, baseUrl: string, key: string, options = OPTIONS): Promise<object> =>
  requestCredentials(vendor.request(baseUrl, key), vendor.read, options);

async function failureOf(pending: Promise<unknown>): Promise<VoiceError> {
  const failure: unknown = await pending.then(
    (value) => new Error(`No failure, but ${JSON.stringify(value)}.`),
    (thrown: unknown) => thrown,
  );
  if (!(failure instanceof VoiceError)) throw failure;
  expect([failure.stack, JSON.stringify(failure), String(failure.cause)].join('\n')).not.toContain(KEY);
  return failure;
}

/** A server on a port of its own. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function sandboxUrl(): Promise<{ url: string; running: RunningSandbox }> {
  const running = await startSandbox();
  closings.push(() => running.close());
  return { url: running.url, running };
}

describe('requestCredentials and the sandbox', () => {
  test('gets a token that names the socket to open, and a heartbeat', async () => {
    const { url, running } = await sandboxUrl();
    const { apiKey, wsUrl } = running.endpoints.voiceApi;
    const credentials = await call(TOKEN, url, apiKey);
    expect(credentials).toMatchObject({ token: expect.stringMatching(/\S{16,}/) as unknown });
    expect((credentials as { ws_url: string }).ws_url).toContain(wsUrl);
    expect(await call(HEARTBEAT, url, apiKey)).toEqual({ status: 'ok' });
  });

  test.each([
    [KEY, 'credentials-rejected', 401],
    ['disabled-key', 'credentials-forbidden', 403],
  ])('says what is wrong with the key %s: %s', async (key, code, status) => {
    const { url } = await sandboxUrl();
    for (const vendor of [TOKEN, HEARTBEAT]) {
      expect(await failureOf(call(vendor, url, key))).toMatchObject({ code, details: { status } });
    }
  });
});

describe('requestCredentials and a server that checks what it gets', () => {
  test('signs a user in, once for five who ask, and again after the token was rejected', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      const { 'x-api-key': key, 'x-api-key-id': keyId, 'x-user-id': userId } = request.headers;
      seen.push(`${request.method} ${request.url} ${String(keyId)} ${String(userId)}`);
      response.writeHead(key === KEY ? 200 : 401);
      const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
      response.end(JSON.stringify({ id_token: `token-${seen.length}`, expires_at: expiresAt }));
    });
    const signIn = (): Promise<UserToken> =>
      requestCredentials(SIGN_IN.request(url, KEY), parseSignInResponse, OPTIONS);
    const cache = new TokenCache({ signIn, nowEpochMs: Date.now });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => cache.get()));
    expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(['token-1']));
    cache.reject('token-1');
    expect((await cache.get()).token).toBe('token-2');
    const line = 'POST /v1/demo-org/user/signin_with_api_key demo-key-id demo-user';
    expect(seen).toEqual([line, line]);
    expect((await failureOf(call(SIGN_IN, url, 'another'))).code).toBe('credentials-rejected');
  });

  test('creates a session of the agent', async () => {
    const url = await serve((request, response) => {
      const isKnown = request.headers['private_key'] === KEY;
      response.writeHead(isKnown ? 200 : 500);
      response.end(isKnown ? JSON.stringify({ ...SESSION.gives, at: request.url }) : 'no');
    });
    expect(await call(SESSION, url, KEY)).toEqual({ ...SESSION.gives, at: '/v1/session/68aa00bb11cc22dd33ee44ff' });
    expect((await failureOf(call(SESSION, url, 'another'))).code).toBe('credentials-unavailable');
  });

  test('does not carry the key to where a redirect leads', async () => {
    let carriedCount = 0;
    const elsewhere = await serve((_request, response) => {
      carriedCount++;
      response.end(SIGN_IN.goodAnswer);
    });
    const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
    for (const vendor of [SIGN_IN, TOKEN, SESSION]) {
      const failure = await failureOf(call(vendor, url, KEY));
      expect(failure).toMatchObject({ code: 'credentials-invalid', details: { status: 307 } });
    }
    expect(carriedCount).toBe(0);
  });

  test('gives up on a server that never answers, and on one that answers with half a body', async () => {
    const silent = await serve(() => {});
    const limited = { ...OPTIONS, limitMs: 100 };
    expect((await failureOf(call(TOKEN, silent, KEY, limited))).code).toBe('credentials-timeout');
    const halved = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"token":', () => response.destroy());
    });
    expect((await failureOf(call(TOKEN, halved, KEY))).code).toBe('credentials-unavailable');
  });

  test('names the fault of a port where nobody listens', async () => {
    const url = await serve(() => {});
    for (const close of closings.splice(0)) await close();
    const failure = await failureOf(call(SESSION, url, KEY));
    expect(failure).toMatchObject({ code: 'credentials-unavailable', details: { networkFault: 'ECONNREFUSED' } });
  });
});
