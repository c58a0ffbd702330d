import { decodeUtf8 } from '@voicewire/protocol/wire';
import { describe, expect, test } from 'vitest';
import { createRig } from './support/rig.ts';

describe('shutting down', () => {
  test('every session hears session_ended server_shutdown and a close with 1012, whatever its state', () => {
    const rig = createRig({ agent: 'conversation' });
    const clients = [rig.openClient(), rig.connectClient(), rig.connectClient()];
    clients[2]?.keepSilent(2000);
    rig.sandbox.close();
    rig.clock.advanceMs(100);
    for (const client of clients) {
      expect(client.texts.at(-1)).toBe('{"type":"session_ended","reason":"server_shutdown"}');
      expect(client.closes).toMatchObject([{ code: 1012, wasClean: true }]);
    }
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test('afterwards nothing new is taken, and closing again changes nothing', () => {
    const rig = createRig();
    const { ws_url } = rig.network.issueVoiceApiCredentials();
    rig.sandbox.close();
    rig.sandbox.close();
    expect(rig.network.request({ url: '/api/v1/sdk/token' }).status).toBe(503);
    expect(rig.openClient(ws_url).closes).toMatchObject([{ code: 1006 }]);
  });
});

describe('limits', () => {
  test('of 4 sockets with maxConnections 3 one is refused, and a place that becomes free is given away', () => {
    const rig = createRig({ maxConnections: 3 });
    const [first] = [rig.openClient(), rig.openClient(), rig.openClient()];
    expect(rig.openClient().closes).toMatchObject([{ code: 1006 }]);
    first?.close();
    rig.clock.advanceMs(10);
    expect(rig.openClient().openedAtMs).toBeDefined();
  });

  test.each([0, -1, 1.5, Number.NaN])('maxConnections %d is invalid-option', (maxConnections) => {
    expect(() => createRig({ maxConnections })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test('clips that are none are clips-invalid, before anything is served', () => {
    expect(() => createRig({ clips: new Uint8Array(9) } as object)).toThrow(
      expect.objectContaining({ code: 'clips-invalid' }),
    );
  });

  test('10 s of unread audio, over 4 MiB in the socket, drop the client', () => {
    const rig = createRig({ agent: 'conversation' });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const closes: number[] = [];
    let isTerminated = false;
    rig.sandbox.accept({
      request: { path: ws_url.slice(ws_url.indexOf('/api')), headers: { host: 'localhost:80' }, subprotocols: [] },
      refuse: (status) => closes.push(status),
      open: (start) => {
        const events = start({
          bufferedAmountBytes: 4_194_305,
          send: () => undefined,
          close: (code) => closes.push(code),
          terminate: () => {
            isTerminated = true;
            events.onClose({ code: 1006, reason: '', wasClean: false });
          },
        });
        events.onMessage(JSON.stringify({ token }));
      },
    });
    rig.clock.advanceMs(1000);
    expect([isTerminated, closes, rig.record.state]).toEqual([true, [], 'closed']);
    expect(rig.record.counters.framesOut).toBe(3);
    expect(rig.record.violations.at(-1)?.detail).toMatch(/4194305 bytes unread/);
  });
});

describe('for people and programs', () => {
  test('the status page shows connections and violations, /ledger the same as JSON, neither a secret', () => {
    const rig = createRig({ agent: 'conversation' });
    const credentials = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(credentials.ws_url);
    client.sendToken(credentials.token);
    client.keepSilent(4000);
    client.send('once more');
    rig.clock.advanceMs(10);
    expect(rig.network.request({ method: 'GET', url: '/' }).body).toContain('<title>Voicewire sandbox</title>');
    // What the page shows, one frame having come too early; `statusPage.realtime.test.ts` looks at it in a browser.
    const status = rig.network.request({ method: 'GET', url: '/status.json' });
    expect(JSON.parse(status.body)).toMatchObject({
      connectionCount: 1,
      openCount: 1,
      connections: [{ id: 1, vendor: 'voice-api', state: 'agent_ready', heardSeconds: 3.98 }],
      violations: expect.arrayContaining([
        expect.objectContaining({ ruleId: 'C-07', severity: 'strict', connection: 1 }),
      ]) as unknown,
    });
    let ledger = '';
    rig.network.exchange(
      { method: 'GET', url: '/ledger' },
      {
        onResponse: (response) => expect(response).toMatchObject({ status: 200 }),
        onChunk: (chunk) => (ledger += decodeUtf8(chunk)),
        onEnd: () => (ledger += '\n'),
        onDropped: () => undefined,
      },
    );
    rig.clock.advanceMs(0);
    expect(ledger).toMatch(/\n$/);
    expect(JSON.parse(ledger)).toEqual(JSON.parse(JSON.stringify(rig.sandbox.ledger)));
    expect(ledger).toContain('C-07');
    for (const secret of [credentials.token, 'demo-key']) expect(status.body + ledger).not.toContain(secret);
  });

  test('other paths are 404, other methods too', () => {
    const { network } = createRig();
    expect(network.request({ method: 'GET', url: '/nothing' }).status).toBe(404);
    expect(network.request({ method: 'DELETE', url: '/' }).status).toBe(404);
    expect(network.request({ method: 'HEAD', url: '/status.json?x=1' }).status).toBe(200);
  });

  test('a Host that is not ours and an Origin that is not local are refused on every path, sockets included', () => {
    const rig = createRig();
    for (const url of ['/', '/ledger', '/api/v1/sdk/token']) {
      expect(rig.network.request({ method: 'GET', url, headers: { host: 'evil.example' } }).status).toBe(421);
      expect(rig.network.request({ method: 'GET', url, headers: { origin: 'https://evil.example' } }).status).toBe(403);
    }
    const statuses: number[] = [];
    const path = '/api/v1/sdk/ws';
    for (const headers of [{ host: 'evil.example' }, { host: 'localhost', origin: 'https://evil.example' }]) {
      rig.sandbox.accept({
        request: { path, headers, subprotocols: [] },
        open: () => statuses.push(101),
        refuse: (status) => statuses.push(status),
      });
    }
    expect(statuses).toEqual([421, 403]);
  });
});

describe('repeatability', () => {
  test('two runs with one seed are the same, byte by byte and millisecond by millisecond', () => {
    const run = () => {
      const rig = createRig({ agent: 'conversation' }, 15);
      const client = rig.connectClient();
      client.keepSilent(5000);
      client.speak(new Int16Array(16_000).map((_, i) => Math.round(9000 * Math.sin(i / 5) * Math.sin(i / 900))));
      client.keepSilent(5000);
      return { received: client.received, ledger: JSON.stringify(rig.sandbox.ledger) };
    };
    expect(run()).toEqual(run());
  });
});
