import { createServer, request as sendRequest, type IncomingMessage, type Server } from 'node:http';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findClosedPort } from './harness/closedPort.ts';
import { buildPage, startDev, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';

let build: PageBuild;
let sandbox: RunningSandbox;

beforeAll(async () => {
  build = await buildPage();
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.close();
  await build?.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Asks as a browser or a program would; `fetch` would not let a test choose these headers. */
function ask(server: PageServer, headers: Record<string, string> = {}, method = 'POST', query = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = sendRequest(new URL(`voice-token${query}`, server.url), { method, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => {
        const isJson = text !== '' && response.headers['content-type'] === 'application/json';
        const body: unknown = isJson ? JSON.parse(text) : text;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

describe.each([
  { mode: 'preview', start: () => startPreview(build, null) },
  { mode: 'dev', start: () => startDev(null) },
])('POST /voice-token of $mode with the embedded sandbox', ({ start }) => {
  let server: PageServer;

  beforeAll(async () => {
    server = await start();
  });

  afterAll(() => server?.close());

  test('answers with a token and an address, uncached, and with nothing else', async () => {
    const { status, headers, body } = await ask(server);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({ token: expect.any(String), ws_url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\//) });
  });

  test('answers with a new token every time', async () => {
    const [first, second] = await Promise.all([ask(server), ask(server)]);
    expect(first.body).not.toEqual(second.body);
  });

  test('passes a fault on to the sandbox', async () => {
    const { status, body } = await ask(server, {}, 'POST', '?fault=token-error');
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: { code: 'credentials-unavailable' } });
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s with 405', async (method) => {
    const { status, headers } = await ask(server, {}, method);
    expect(status).toBe(405);
    expect(headers['allow']).toBe('POST');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a page on another port of this machine', { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a name that was made to point here', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('refuses %s with 403', async (_who, headers) => {
    const { status, body } = await ask(server, headers);
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toContain('token"');
  });
});

describe('POST /voice-token with a server of your own', () => {
  let server: PageServer | undefined;
  let upstream: Server | undefined;

  afterEach(async () => {
    await server?.close();
    upstream?.closeAllConnections();
    upstream?.close();
    server = undefined;
    upstream = undefined;
  });

  /** A server that answers every request in one way. @returns Its URL. */
  async function answerWith(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
    const answering = createServer((_request, response) => response.writeHead(status, headers).end(body));
    upstream = answering;
    await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve));
    const address = answering.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  test('gets its tokens there, and keeps the query to itself', async () => {
    server = await startPreview(build, sandbox.endpoints.voiceApi);
    const { status, body } = await ask(server, {}, 'POST', '?fault=token-error');
    expect(status).toBe(200);
    expect(body).toMatchObject({ token: expect.any(String) });
  });

  test.each([
    { upstreamStatus: 401, status: 401, code: 'credentials-rejected' },
    { upstreamStatus: 403, status: 403, code: 'credentials-forbidden' },
    { upstreamStatus: 500, status: 500, code: 'credentials-unavailable' },
    { upstreamStatus: 503, status: 503, code: 'credentials-unavailable' },
    { upstreamStatus: 404, status: 502, code: 'credentials-invalid' },
  ])('$upstreamStatus there is $status here', async ({ upstreamStatus, status, code }) => {
    const apiUrl = await answerWith(upstreamStatus, 'key a-secret-key is no good');
    server = await startPreview(build, { apiUrl, apiKey: 'a-secret-key' });
    const answer = await ask(server);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code } });
    expect(JSON.stringify(answer.body)).not.toContain('a-secret-key');
  });

  test.each(['', 'null', '{}', '{"token":"t"}', '{"token":"t","ws_url":5}', '<html>'])(
    'the body %j with status 200 is 502 here',
    async (body) => {
      server = await startPreview(build, { apiUrl: await answerWith(200, body), apiKey: 'a-secret-key' });
      const answer = await ask(server);
      expect(answer.status).toBe(502);
      expect(answer.body).toMatchObject({ error: { code: 'credentials-invalid' } });
    },
  );

  test('a redirect is not followed: the key goes only where it was meant to go', async () => {
    const apiUrl = await answerWith(307, '', { location: sandbox.endpoints.voiceApi.tokenUrl });
    const { requests } = sandbox.ledger;
    server = await startPreview(build, { apiUrl, apiKey: sandbox.endpoints.voiceApi.apiKey });
    expect((await ask(server)).status).toBe(502);
    expect(sandbox.ledger.requests).toHaveLength(requests.length);
  });

  test('nobody there is 502 here', async () => {
    server = await startPreview(build, { apiUrl: `http://127.0.0.1:${await findClosedPort()}`, apiKey: 'any' });
    const { status, body } = await ask(server);
    expect(status).toBe(502);
    expect(body).toMatchObject({ error: { code: 'upstream-unreachable' } });
  });

  test('an unusable URL is said at the start, without the key', async () => {
    const starting = startPreview(build, { apiUrl: 'api.example', apiKey: 'a-secret-key' });
    await expect(starting).rejects.toThrow(/apiUrl/);
    await expect(starting).rejects.not.toThrow(/a-secret-key/);
  });
});

test('the embedded sandbox closes with its server', async () => {
  const server = await startPreview(build, null);
  const { body } = await ask(server);
  const { ws_url } = body as { ws_url: string };
  const sandboxUrl = ws_url.replace(/^ws/, 'http');
  expect((await fetch(new URL('/', sandboxUrl))).status).toBe(200);
  await server.close();
  const reach = () =>
    fetch(new URL('/', sandboxUrl)).then(
      ({ status }) => status,
      () => 'closed',
    );
  await expect.poll(reach, { timeout: 5000 }).toBe('closed');
});
