import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createRelay, voiceApiTokens, type RelayOptions } from '../src/node/index.ts';
import { CANARIES, ORIGIN, closeAll, listen, socaBehind, startRelay } from './rig.ts';

afterEach(closeAll);

async function errorCodeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

describe('asking for credentials', () => {
  const soca = (): RelayOptions['vendors'] => socaBehind('127.0.0.1:1');

  test('a page on the list gets a token and the address of the socket, which nobody may keep', async () => {
    const rig = await startRelay({ vendors: soca() });
    const response = await rig.ask('soca');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      relayUrl: `wss://${rig.authority}/soca`,
      token: expect.stringMatching(/^[\w-]+\.[\w-]+$/) as unknown,
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(rig.events).toEqual([{ type: 'credentialsIssued', vendor: 'soca' }]);
  });

  test('other origins, no origin and other methods get none, and are shown nothing', async () => {
    const rig = await startRelay({ vendors: soca() });
    for (const origin of ['https://evil.example', 'null', null]) {
      const response = await rig.ask('soca', { origin });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(await errorCodeOf(response)).toBe('origin-refused');
    }
    const response = await rig.ask('soca', { method: 'GET' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect((await rig.ask('soca', { method: 'OPTIONS' })).status).toBe(204);
    expect((await rig.ask('nobody')).status).toBe(404);
  });

  test('programs get one where they are wanted, with a socket that is as secure as they asked', async () => {
    const rig = await startRelay({ vendors: soca(), allowsPrograms: true });
    const response = await rig.ask('soca', { origin: null });
    expect(await response.json()).toMatchObject({ relayUrl: `ws://${rig.authority}/soca` });
  });

  test('who may not gets 401; who cannot be told gets 500, and the reason stays on the server', async () => {
    const cause = new Error('database password is swordfish');
    const rig = await startRelay({
      vendors: soca(),
      authorize: ({ headers }) => {
        if (headers['x-test'] === 'fault') throw cause;
        return headers['x-test'] === 'anna' ? { user: 'anna' } : null;
      },
    });
    expect((await rig.ask('soca')).status).toBe(401);
    expect((await rig.ask('soca', { headers: { 'x-test': 'anna' } })).status).toBe(200);
    const failed = await rig.ask('soca', { headers: { 'x-test': 'fault' } });
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('swordfish');
    expect(rig.events.at(-1)).toEqual({ type: 'credentialsRefused', vendor: 'soca', code: 'authorize-failed', cause });
  });

  test('the 21st request at once is one too many, and says when to come back; other clients are not concerned', async () => {
    const rig = await startRelay({ vendors: soca(), addressOf: ({ headers }) => String(headers['x-address']) });
    const ask = (address: string) => rig.ask('soca', { headers: { 'x-address': address } });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await ask('192.0.2.1')).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await ask('192.0.2.1');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ask('192.0.2.2')).status).toBe(200);
  });

  test('works below a path that a framework cuts off, and leaves everything else to it', async () => {
    const relay = createRelay({
      vendors: soca(),
      origins: [ORIGIN],
      signingKey: CANARIES.signingKey,
      authorize: 'anyone',
      basePath: '/voice',
      publicUrl: 'https://voice.example',
    });
    // As express does for app.use('/voice', relay.handleRequest).
    const authority = await listen(
      (request, response) => {
        Object.assign(request, { originalUrl: request.url, url: request.url?.replace('/voice', '') });
        relay.handleRequest(request, response, () => response.writeHead(418).end());
      },
      (_request, socket) => socket.destroy(),
    );
    const ask = (path: string) => fetch(`http://${authority}${path}`, { method: 'POST', headers: { origin: ORIGIN } });
    expect(await (await ask('/voice/soca-token')).json()).toMatchObject({ relayUrl: 'wss://voice.example/voice/soca' });
    for (const path of [
      '/voice/other-token',
      '/voice/soca-token/x',
      '/voice/soca',
      '/soca-token',
      '/voice/%73oca-token',
    ])
      expect((await ask(path)).status, path).toBe(418);
  });

  test('a host that is no host gives no address', async () => {
    const rig = await startRelay({ vendors: soca() });
    const [host = '', port] = rig.authority.split(':');
    const status = await new Promise((resolve) => {
      const headers = { host: 'evil"\\path', origin: ORIGIN };
      httpRequest({ host, port, path: '/soca-token', method: 'POST', headers }, ({ statusCode }) =>
        resolve(statusCode),
      ).end();
    });
    expect(status).toBe(404);
  });

  test('a vendor that refuses the key, or is not there, is told apart; neither shows the key', async () => {
    const refusing = await listen(
      (_request, response) => response.writeHead(401).end(CANARIES.voiceKey),
      () => undefined,
    );
    const redirecting = await listen(
      (_request, response) => response.writeHead(307, { location: `http://${refusing}/` }).end(),
      () => undefined,
    );
    const endless = await listen(
      (_request, response) => void response.write('x'.repeat(100_000)),
      () => undefined,
    );
    for (const [authority, code] of [
      [refusing, 'vendor-key-refused'],
      [redirecting, 'vendor-unavailable'],
      [endless, 'vendor-unavailable'],
      ['127.0.0.1:1', 'vendor-unavailable'],
    ]) {
      const rig = await startRelay({
        vendors: { voice: voiceApiTokens({ apiUrl: `http://${authority}`, apiKey: CANARIES.voiceKey }) },
      });
      const response = await rig.ask('voice');
      const body = await response.text();
      expect([response.status, JSON.parse(body)]).toMatchObject([502, { error: { code } }]);
      expect(body + JSON.stringify(rig.events)).not.toContain('canary');
    }
  });
});
