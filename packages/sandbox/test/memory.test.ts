import { describe, expect, test } from 'vitest';
import { loadMp3Codec, speaker } from '../src/core.ts';
import { createRig } from './support/rig.ts';
import { TestClient } from './support/testClient.ts';

describe('memory network', () => {
  test('handlers are never called during connect, send or close', () => {
    const rig = createRig();
    const calls: string[] = [];
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const socket = rig.network.sockets.connect(
      { url: ws_url, subprotocols: [] },
      {
        onOpen: () => calls.push('open'),
        onMessage: () => calls.push('message'),
        onClose: () => calls.push('close'),
      },
    );
    expect(calls).toEqual([]);
    rig.clock.advanceMs(0);
    socket.send(JSON.stringify({ token }));
    expect(calls).toEqual(['open']);
    rig.clock.advanceMs(20);
    expect(calls).toEqual(['open', 'message']);
    socket.close(1000);
    expect(calls).toEqual(['open', 'message']);
    rig.clock.advanceMs(0);
    expect(calls).toEqual(['open', 'message', 'close']);
  });

  test('a delay of 70 ms each way: open after 140 ms, connected 160 ms after the token left', () => {
    const rig = createRig({}, 70);
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const startMs = rig.clock.nowMs();
    const client = new TestClient(rig.network, rig.clock, ws_url);
    rig.clock.advanceMs(140);
    expect((client.openedAtMs ?? 0) - startMs).toBe(140);
    client.sendToken(token);
    rig.clock.advanceMs(1000);
    expect((client.received[0]?.atMs ?? 0) - startMs).toBe(140 + 70 + 20 + 70);
  });

  test('bytes are copied on the way up and on the way down', () => {
    const line = new Int16Array(320).fill(5);
    const rig = createRig({ agent: speaker({ lines: [{ text: 'x', pcm: line }] }) }, 10);
    const client = rig.connectClient();
    const frame = new Uint8Array(640).fill(1);
    client.send(frame);
    frame.fill(2);
    rig.clock.advanceMs(500);
    expect(rig.record.receivedPcm()).toEqual(new Int16Array(320).fill(0x0101));
    client.audio[0]?.bytes.fill(9);
    expect(rig.record.sentPcm()).toEqual(line);
  });

  test.each([
    'ws://nowhere.example/api/v1/sdk/ws',
    'ws://localhost:81/api/v1/sdk/ws',
    'ws://localhost/elsewhere',
    'http://localhost/',
    '',
  ])('a socket to "%s" closes with 1006 and never opens', (url) => {
    const rig = createRig();
    const client = rig.openClient(url);
    expect(client.openedAtMs).toBeUndefined();
    expect(client.closes).toMatchObject([{ code: 1006, wasClean: false }]);
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test('a subprotocol that the server does not echo fails the connection at both ends', () => {
    const rig = createRig();
    const client = rig.openClient(undefined, ['a', 'b']);
    expect(client.openedAtMs).toBeUndefined();
    expect(client.closes).toMatchObject([{ code: 1006 }]);
    expect(rig.record.state).toBe('closed');
  });

  test('closing before it is open gives 1006 and leaves nothing behind, at any time', () => {
    for (const ms of [0, 5, 10, 15, 20]) {
      const rig = createRig({}, 10);
      const client = new TestClient(rig.network, rig.clock, rig.network.issueVoiceApiCredentials().ws_url);
      rig.clock.advanceMs(ms);
      client.close();
      rig.clock.advanceMs(100);
      expect(client.closes.length, `closed after ${ms} ms`).toBe(1);
      expect(rig.sandbox.ledger.connections.every(({ state }) => state === 'closed')).toBe(true);
      expect(rig.clock.pendingTimerCount).toBe(0);
    }
  });

  test('giving up during a slow upgrade leaves nothing behind: nobody is let in', () => {
    const rig = createRig();
    const { ws_url } = rig.network.issueVoiceApiCredentials();
    const client = new TestClient(rig.network, rig.clock, `${ws_url}&impair=delayMs%3D60`);
    rig.clock.advanceMs(87);
    client.close();
    rig.clock.advanceMs(10_000);
    expect(client.closes).toMatchObject([{ code: 1006 }]);
    expect(rig.sandbox.ledger.violations).toEqual([]);
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test('messages under way when the client closes reach the server; what the server sends then is not heard', () => {
    const rig = createRig({ agent: 'conversation' }, 50);
    const client = rig.connectClient();
    rig.clock.advanceMs(1000);
    client.send(new Uint8Array(640));
    client.close();
    const heard = client.received.length;
    rig.clock.advanceMs(1000);
    expect(rig.record.counters.audioSamplesIn).toBe(320);
    expect(client.received.length).toBe(heard);
    expect(client.closes).toMatchObject([{ code: 1000, wasClean: true }]);
  });

  test('sending before the socket is open throws; after its end it is dropped', () => {
    const rig = createRig();
    const client = new TestClient(rig.network, rig.clock, rig.network.issueVoiceApiCredentials().ws_url);
    expect(() => client.send('x')).toThrow('not open');
    rig.clock.advanceMs(0);
    client.close();
    rig.clock.advanceMs(100);
    client.send('x');
    rig.clock.advanceMs(100);
    expect(rig.record.counters.framesIn).toBe(0);
  });
});

describe('credentials', () => {
  test('a user token opens Amigo’s socket, a session Soca’s', async () => {
    const rig = createRig({ mp3: await loadMp3Codec() });
    const { token, expiresAt } = rig.network.issueAmigoCredentials();
    const socket = 'ws://localhost/v1/demo-org/conversation/converse_realtime?response_format=text';
    const amigo = rig.openClient(socket, [`bearer.authorization.amigo.ai.${token}`]);
    rig.clock.advanceMs(100);
    expect([amigo.openedAtMs !== undefined, amigo.closes]).toEqual([true, []]);
    expect(Date.parse(expiresAt ?? '')).toBeGreaterThan(0);
    const { privateKey, sessionId } = rig.network.issueSocaCredentials();
    const soca = rig.openClient('ws://localhost/voice-ws');
    const start = { type: 'start', agent_id: '68aa00bb11cc22dd33ee44ff', lang: 'en', sr: 16_000 };
    soca.send(JSON.stringify({ ...start, private_key: privateKey, session_id: sessionId }));
    rig.clock.advanceMs(500);
    expect(soca.types).toContain('stt.ready');
  });

  test('a fault that gives none is no-credentials, with the status', () => {
    const { network } = createRig();
    expect(() => network.issueAmigoCredentials('?fault=sign-in-error')).toThrow(
      expect.objectContaining({ code: 'no-credentials', details: { status: 500 } }),
    );
    expect(() => network.issueSocaCredentials('?fault=session-refused')).toThrow(
      expect.objectContaining({ code: 'no-credentials' }),
    );
  });
});
