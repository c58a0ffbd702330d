import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../src/core.ts';
import { VOICE, createAmigoRig } from './support/amigoRig.ts';
import { NotesClient } from './support/notesClient.ts';
import { createRig } from './support/rig.ts';
import { createSocaRig } from './support/socaRig.ts';
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

describe('of any vendor', () => {
  test('Amigo’s socket takes a scenario from its own URL, and breaks no rule by it', () => {
    const rig = createAmigoRig();
    const client = rig.converse({ query: `${VOICE}&scenario=rateLimited` });
    rig.clock.advanceMs(3000);
    expect(client.socket.closes).toMatchObject([{ code: 4029 }]);
    expect(rig.verdicts).toEqual([]);
  });

  test('Soca’s session and socket take an impairment from theirs', () => {
    const rig = createSocaRig();
    const client = rig.connect('impair=closeAtMs%3D900,closeCode%3D1013');
    rig.clock.advanceMs(3000);
    expect(client.closes).toMatchObject([{ code: 1013 }]);
    expect(rig.network.request({ url: '/v1/session/x?policy=lax' }).status).toBe(400);
  });

  test('a voice note’s stream is slow when its URL asks for that', () => {
    const rig = createRig();
    const client = new NotesClient(rig.network, rig.clock);
    client.signIn();
    const startMs = rig.clock.nowMs();
    const answer = client.finish(client.openCreate({}, 'text', '&impair=delayMs%3D100,bundleEveryMs%3D500'));
    expect(answer.types).toContain('conversation-created');
    expect(answer.chunks.map(({ atMs }) => (atMs - startMs) % 500)).toEqual(answer.chunks.map(() => 0));
    expect(answer.chunks[0]?.atMs).toBe(startMs + 500);
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

describe('S-01, credentials in a URL', () => {
  test('a key in the query of a token request, and a JSON web token in that of a socket, are named and not shown', () => {
    const rig = createRig();
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N';
    rig.network.request({ url: '/api/v1/sdk/token?key=demo-key', headers: BEARER });
    rig.openClient(`${rig.network.issueVoiceApiCredentials().ws_url}&jwt=${jwt}`);
    const found = rig.sandbox.ledger.violations.filter(({ ruleId }) => ruleId === 'S-01');
    expect(found.map(({ detail, severity }) => `${severity}: ${detail}`)).toEqual([
      'fatal: a key in the query parameter "key"',
      'fatal: a JSON web token in the query parameter "jwt"',
    ]);
    expect(JSON.stringify(rig.sandbox.ledger)).not.toMatch(/demo-key"|eyJ/);
  });

  test('a request that no vendor records blames nobody', () => {
    const rig = createRig();
    rig.network.issueVoiceApiCredentials();
    rig.network.request({ method: 'OPTIONS', url: '/api/v1/sdk/token?key=demo-key' });
    expect(rig.sandbox.ledger.violations).toEqual([]);
  });
});

describe('a complete ledger', () => {
  test('every entry reaches the sink, in order and beyond what is kept in memory; no secret is in it', () => {
    const entries: LedgerEntry[] = [];
    const rig = createRig({ agent: 'speaker', onLedgerEntry: (entry) => entries.push(entry) });
    const client = rig.connectClient();
    client.keepSilent(50_000);
    client.send('text');
    client.close();
    rig.clock.advanceMs(10);
    const of = (kind: LedgerEntry['kind']): LedgerEntry[] => entries.filter((entry) => entry.kind === kind);
    const { framesIn, framesOut } = rig.record.counters;
    expect(of('frame').length).toBe(framesIn + framesOut);
    expect(rig.record.frames.length).toBe(2000);
    expect(framesIn + framesOut).toBeGreaterThan(3000);
    expect(of('frame').slice(-2000)).toMatchObject(rig.record.frames);
    expect(of('violation')).toMatchObject([{ connection: 1, ruleId: 'C-07', frameIndex: framesIn - 1 }]);
    const indices = of('frame').flatMap((entry) => (entry.kind === 'frame' ? (entry.frameIndex ?? []) : []));
    expect(indices).toEqual(Array.from({ length: framesIn }, (_, i) => i));
    expect(entries.map(({ kind }) => kind).slice(0, 2)).toEqual(['request', 'opened']);
    expect(entries.at(-1)).toMatchObject({ kind: 'closed', close: { code: 1000 }, counters: { framesIn } });
    expect(of('line').length).toBeGreaterThan(3);
    expect(JSON.stringify(entries)).not.toContain('demo-key');
    expect(entries.map(({ atMs }) => atMs)).toEqual(entries.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });
});
