import { request as httpRequest } from 'node:http';
import { startSandbox } from '@voicewire/sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { amigoRelay, createRelay, socaRelay, voiceApiTokens, type RelayOptions } from '../src/node/index.ts';
import {
  AGENT,
  CANARIES,
  ORIGIN,
  closeAll,
  closeLater,
  connect,
  enterSoca,
  listen,
  socaBehind,
  startRelay,
  startVendor,
  until,
} from './rig.ts';

afterEach(closeAll);

const echo = (socket: WebSocket): void =>
  void socket.on('message', (bytes: Buffer, isBinary) => socket.send(bytes, { binary: isBinary }));

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

describe('the sandbox behind the relay', () => {
  test('each vendor’s credentials open what they should, and the ledger has nothing to say', async () => {
    const sandbox = await startSandbox({
      soca: { privateKey: CANARIES.privateKey },
      amigoAccounts: { apiKey: CANARIES.amigoKey },
    });
    closeLater(() => sandbox.close());
    const { soca, amigo, voiceApi } = sandbox.endpoints;
    const { organization, apiUrl, apiKey, apiKeyId, userId, serviceId } = amigo;
    const rig = await startRelay({
      vendors: {
        soca: socaRelay({
          privateKey: soca.privateKey,
          agentIds: [soca.agentId],
          url: soca.wsUrl,
          apiUrl: soca.apiUrl,
        }),
        amigo: amigoRelay({ ...{ organization, apiKey, apiKeyId, userId }, baseUrl: apiUrl, serviceIds: [serviceId] }),
        voice: voiceApiTokens({ apiUrl: voiceApi.tokenUrl.replace(/\/api\/.*$/, ''), apiKey: voiceApi.apiKey }),
      },
      publicUrl: 'http://127.0.0.1:1',
    });

    const { token, ws_url } = await rig.askFor<{ token: string; ws_url: string }>('voice');
    const voice = connect(ws_url, { origin: null });
    voice.socket.once('open', () => voice.socket.send(JSON.stringify({ token })));
    await until('the Voice API is connected', () => voice.received.includes('{"type":"connected"}'));

    const granted = await rig.askFor<{ token: string; expiresAt: string }>('amigo');
    expect(Date.parse(granted.expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const subprotocol = `bearer.authorization.amigo.ai.${granted.token}`;
    const talk = connect(
      `ws://${rig.authority}/amigo/v1/${organization}/conversation/converse_realtime?response_format=text&current_agent_action_type=%5E%24`,
      { subprotocols: [subprotocol] },
    );
    talk.socket.once('open', () =>
      talk.socket.send(
        JSON.stringify({
          type: 'client.start-conversation',
          service_id: serviceId,
          service_version_set_name: 'release',
        }),
      ),
    );
    await until('Amigo has a conversation', () => String(talk.received[0]).includes('server.conversation-created'));
    expect(talk.socket.protocol).toBe(subprotocol);

    const start = await rig.askFor<{ token: string }>('soca');
    const spoken = connect(`ws://${rig.authority}/soca`);
    spoken.socket.once('open', () =>
      spoken.socket.send(JSON.stringify({ type: 'relay.start', token: start.token, agent_id: soca.agentId })),
    );
    await until('Soca listens', () => spoken.received.includes('{"type":"stt.ready"}'));

    for (const { socket } of [voice, spoken]) socket.close(1000);
    talk.socket.send('{"type":"client.finish-conversation"}');
    await until('it is complete', () => talk.received.some((text) => String(text).includes('conversation-completed')));
    talk.socket.send('{"type":"client.close-connection"}');
    talk.socket.close(1000);
    await until('all are gone', () => rig.relay.connectionCount === 0);
    expect(sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
    const seen = JSON.stringify([rig.events, talk.received, spoken.received, voice.received, granted, start]);
    expect(seen).not.toContain('canary');
  });
});

describe('a client that means no good', () => {
  test('another origin is refused before anything is opened, and so are paths that are not there', async () => {
    const rig = await startRelay({ vendors: socaBehind('127.0.0.1:1') });
    const wrong = [
      connect(`ws://${rig.authority}/soca`, { origin: 'https://evil.example' }),
      connect(`ws://${rig.authority}/soca/x`),
    ];
    await until('both are refused', () => wrong.every(({ refusedStatus }) => refusedStatus !== undefined));
    expect(wrong.map(({ refusedStatus }) => refusedStatus)).toEqual([403, 404]);
    expect(rig.relay.connectionCount).toBe(0);
  });

  test('a token opens one connection: not a second, not that of another vendor, not after it was changed', async () => {
    const vendor = await startVendor(echo);
    const vendors = socaBehind(vendor.authority);
    const rig = await startRelay({
      vendors: {
        ...vendors,
        other: socaBehind(vendor.authority)['soca'] ?? voiceApiTokens({ apiUrl: 'http://x', apiKey: 'x' }),
      },
    });
    const { token } = await rig.askFor<{ token: string }>('soca');
    const enter = (path: string, shown: string) => {
      const log = connect(`ws://${rig.authority}/${path}`);
      log.socket.once('open', () =>
        log.socket.send(JSON.stringify({ type: 'relay.start', token: shown, agent_id: AGENT })),
      );
      return log;
    };
    const elsewhere = enter('other', token);
    const changed = enter('soca', `${token.slice(0, -2)}AA`);
    await until('both are closed', () => elsewhere.close !== undefined && changed.close !== undefined);
    for (const log of [elsewhere, changed])
      expect([log.received, log.close?.code]).toEqual([
        ['{"type":"error","message":"Invalid or expired token"}'],
        1008,
      ]);
    enter('soca', token);
    await until('the vendor is there', () => vendor.starts.length === 1);
    const again = enter('soca', token);
    await until('it is closed', () => again.close !== undefined);
    expect(again.received).toEqual(['{"type":"error","message":"The token was used before; get another."}']);
    expect(vendor.starts).toHaveLength(1);
  });

  test('a message of 16,385 bytes ends the connection with 1009, on both sides of the relay', async () => {
    let closeCode: number | undefined;
    const vendor = await startVendor((socket) => {
      echo(socket);
      socket.on('close', (code) => (closeCode = code));
    });
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendor.starts.length === 1);
    log.socket.send(new Uint8Array(16_384));
    await until('16,384 bytes came back', () => log.received.length === 1);
    log.socket.send(new Uint8Array(16_385));
    await until('both are closed', () => log.close !== undefined && closeCode !== undefined);
    expect([log.close?.code, closeCode]).toEqual([1009, 1009]);
  });

  test('a flood of 100,000 empty messages ends the connection, and the vendor saw 400 of them at most', async () => {
    let seenCount = 0;
    const vendor = await startVendor((socket) => socket.on('message', () => void seenCount++));
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendor.starts.length === 1);
    for (let i = 0; i < 100_000; i++) log.socket.send('');
    await until('it is closed', () => log.close !== undefined);
    expect(log.close).toEqual({ code: 1008, reason: 'Too many messages came at once.' });
    expect(seenCount).toBeLessThanOrEqual(400);
    expect(rig.events.at(-1)).toMatchObject({ type: 'connectionEnded', endedBy: 'relay', refusal: 'flooded' });
  });

  test('what comes before the vendor is there is kept in order: 300 messages in the same moment as the first', async () => {
    const seen: string[] = [];
    const vendor = await startVendor((socket) =>
      socket.on('message', (bytes: Buffer) => void seen.push(bytes.toString())),
    );
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    log.socket.once('open', () => {
      for (let i = 0; i < 300; i++) log.socket.send(`message ${i}`);
    });
    await until('all have arrived', () => seen.length === 300);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, i) => `message ${i}`));
  });

  test('a client that does not read holds up the vendor, not the relay’s memory', async () => {
    let vendorSocket: WebSocket | undefined;
    const vendor = await startVendor((socket) => (vendorSocket = socket));
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendorSocket !== undefined);
    log.socket.pause();
    const message = new Uint8Array(65_536);
    for (let i = 0; i < 800; i++) vendorSocket?.send(message);
    const before = process.memoryUsage().arrayBuffers;
    let buffered = -1;
    // 50 MB in all: what the two systems' buffers do not take stays with the vendor, and then nothing moves.
    await until('nothing moves any more', () => {
      const now = vendorSocket?.bufferedAmount ?? 0;
      const isStill = now === buffered && now < 800 * 65_536;
      buffered = now;
      return isStill;
    });
    expect(buffered).toBeGreaterThan(20_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    log.socket.resume();
    await until('all of it came through', () => log.received.length === 800, 30_000);
  });

  test('a client that breaks the protocol, or off, leaves nothing behind', async () => {
    const vendor = await startVendor(echo);
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const [broken, gone] = [await enterSoca(rig), await enterSoca(rig)];
    await until('the vendor is there, twice', () => vendor.starts.length === 2);
    // A frame of a reserved kind, unmasked.
    (broken.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0x83, 0x00]));
    gone.socket.terminate();
    await until('both are gone', () => rig.relay.connectionCount === 0);
    expect(rig.events.filter(({ type }) => type === 'connectionEnded')).toHaveLength(2);
  });

  test('more clients than the relay takes are refused, and taken when others have left', async () => {
    const vendor = await startVendor(echo);
    const rig = await startRelay({ vendors: socaBehind(vendor.authority), maxConnections: 2 });
    const logs = [await enterSoca(rig), await enterSoca(rig)];
    await until('both are in', () => vendor.starts.length === 2);
    const third = connect(`ws://${rig.authority}/soca`);
    await until('the third is refused', () => third.refusedStatus === 503);
    logs[0]?.socket.close(1000);
    await until('one has left', () => rig.relay.connectionCount === 1);
    await enterSoca(rig);
    await until('another is in', () => vendor.starts.length === 3);
    expect(rig.relay.connectionCount).toBe(2);
  });
});

describe('a relay that ends', () => {
  test('lets nobody in, gives those who are in their time, then closes with 1012, and resolves when all are gone', async () => {
    const vendor = await startVendor(echo);
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendor.starts.length === 1);
    const drained = rig.relay.drain({ graceMs: 200 });
    expect((await rig.ask('soca')).status).toBe(503);
    const late = connect(`ws://${rig.authority}/soca`);
    await until('the late one is refused', () => late.refusedStatus === 503);
    log.socket.send('still here');
    await until('it still works', () => log.received.includes('still here'));
    await drained;
    await until('it is closed', () => log.close !== undefined);
    expect(log.close).toEqual({ code: 1012, reason: 'The relay is restarting.' });
    expect(rig.relay.connectionCount).toBe(0);
  });

  test('with nobody in ends at once', async () => {
    const rig = await startRelay({ vendors: socaBehind('127.0.0.1:1') });
    await expect(rig.relay.drain({ graceMs: 3_600_000 })).resolves.toBeUndefined();
  });
});
