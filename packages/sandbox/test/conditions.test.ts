import { describe, expect, test } from 'vitest';
import { createRig } from './support/rig.ts';
import { frameOf } from './support/testClient.ts';

const BEARER = { authorization: 'Bearer demo-key' };

describe('conditions from the URL', () => {
  test('what a token request asks for is in its ws_url, holds for the connection, and breaks no rule', () => {
    const rig = createRig();
    const { body } = rig.network.request({ url: '/api/v1/sdk/token?policy=record&agent=speaker', headers: BEARER });
    const { token, ws_url } = JSON.parse(body) as { token: string; ws_url: string };
    expect(ws_url).toMatch(/\?ticket=\w+&policy=record&agent=speaker$/);
    const client = rig.openClient(ws_url);
    client.send('no token at all');
    client.sendToken(token);
    client.keepSilent(2000);
    expect(rig.verdicts).toEqual(['C-05 fatal', 'C-06 strict', 'C-06 strict']);
    expect(client.closes).toEqual([]);
    // The rig's own agent is silent.
    expect(client.audio.length).toBeGreaterThan(50);
  });

  test('without them the same client is refused', () => {
    const rig = createRig();
    const client = rig.openClient();
    client.send('no token at all');
    rig.clock.advanceMs(10);
    expect(client.closes).toMatchObject([{ code: 4002 }]);
  });

  test('an unknown name is 400 for a request and a refusal for a socket', () => {
    const rig = createRig();
    const response = rig.network.request({ url: '/api/v1/sdk/token?scenario=nope', headers: BEARER });
    expect([response.status, response.body]).toEqual([400, expect.stringContaining('happyPath')]);
    const { ws_url } = rig.network.issueVoiceApiCredentials();
    expect(rig.openClient(`${ws_url}&policy=lax`).closes).toMatchObject([{ code: 1006 }]);
  });

  test.each([{ policy: 'lax' }, { profile: 'x' }, { scenario: 'nope' }, { vendors: ['nope'] }])(
    'the option %j is invalid-option, before anything is served',
    (option) => {
      expect(() => createRig(option as object)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    },
  );

  test('a vendor that is not served is 404', () => {
    const rig = createRig({ vendors: [] });
    expect(rig.network.request({ url: '/api/v1/sdk/token', headers: BEARER }).status).toBe(404);
  });
});

describe('policy record closes and refuses for no rule', () => {
  test('C-01: no key, a wrong one, a disabled one, another method: a token all the same', () => {
    const rig = createRig({ policy: 'record' });
    const headersOf = ['', 'Bearer wrong', 'Bearer disabled-key'].map((authorization) => ({ authorization }));
    for (const headers of headersOf) {
      expect(rig.network.request({ url: '/api/v1/sdk/token', headers }).status).toBe(200);
    }
    expect(rig.network.request({ method: 'GET', url: '/api/v1/sdk/token', headers: BEARER }).status).toBe(200);
    expect(rig.sandbox.ledger.violations.map(({ ruleId }) => ruleId)).toEqual(Array(4).fill('C-01'));
  });

  test('C-02, C-04 to C-08, C-14: a session goes on', () => {
    const rig = createRig({ policy: 'record', voiceApi: { earlyMessages: 'refuse' } });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    for (const present of [token, token, 'never issued']) {
      const client = rig.openClient(ws_url);
      rig.clock.advanceMs(11_000);
      client.sendToken(present);
      client.send(frameOf(new Int16Array(320)));
      rig.clock.advanceMs(200);
      client.send(new Uint8Array(641));
      client.send('text');
      rig.clock.advanceMs(500);
      expect([client.types, client.closes]).toEqual([['connected', 'agent_ready'], []]);
    }
    expect(rig.verdicts).toContain('C-04 fatal');
    expect(rig.verdicts).toContain('C-02 fatal');
  });

  test('C-13: who does not close after session_ended is let be, for as long as an idle client is', () => {
    const rig = createRig({
      policy: 'record',
      voiceApi: { faults: [{ name: 'session-ended', delayMs: 0, closeAfterMs: -1 }] },
    });
    const client = rig.connectClient();
    rig.clock.advanceMs(100_000);
    expect([rig.verdicts.includes('C-13 strict'), client.closes]).toEqual([true, []]);
    rig.clock.advanceMs(40_000);
    expect([client.closes.length, rig.clock.pendingTimerCount]).toEqual([1, 0]);
  });

  test('a client that never says anything is let go after 2 minutes', () => {
    const rig = createRig({ policy: 'record' });
    const client = rig.openClient();
    rig.clock.advanceMs(200_000);
    expect([client.closes.length, rig.clock.pendingTimerCount]).toEqual([1, 0]);
  });
});
