import type { SeededRandom } from '@voicewire/testkit';
import { assertAtMost, createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { MAX_CLOSED_CONNECTIONS } from '../src/ledger/ledger.ts';
import { FUZZ_FRAMES, FUZZ_REQUESTS, FUZZ_SEED, FUZZ_TIMEOUT_MS, fuzz, measureHeapMb } from './support/fuzzing.ts';
import type { Rig } from './support/rig.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';
import type { TestClient } from './support/testClient.ts';

const SEED = FUZZ_SEED;
const FRAMES = FUZZ_FRAMES.voiceApi;
const REQUESTS = FUZZ_REQUESTS.each;
const speech = makeUserSpeech(5000);

/** One message that a hostile or broken client might send. */
function hostileMessage(random: SeededRandom, token: string): string | Uint8Array {
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
  switch (Math.floor(random.next() * 12)) {
    case 0:
      return bytes(Math.floor(random.next() * 2000));
    case 1:
      return new Uint8Array(random.pick([0, 1, 639, 641, 1280, 8192, 65_536, 65_537]));
    case 2:
      return random.pick(['', '{', 'null', '[]', '0', '"x"', '{"token":null}', '{"token":{}}', '{"type":"x"}']);
    case 3:
      return JSON.stringify({ token, ['__proto__']: { polluted: true }, constructor: 1 });
    case 4:
      return `{"__proto__":{"polluted":true},"token":"${token.slice(0, 5)}"}`;
    case 5:
      return `${'['.repeat(Math.floor(random.next() * 30_000))}`;
    case 6:
      return String.fromCharCode(...bytes(200)) + '\ud800\u0000';
    case 7:
      return JSON.stringify({ token: 'x'.repeat(Math.floor(random.next() * 70_000)) });
    default: {
      const at = Math.floor(random.next() * (speech.length - 320));
      return new Uint8Array(speech.slice(at, at + 320).buffer);
    }
  }
}

/** Connects with a good, a used or no token, from a right or a wrong URL. */
function connect(rig: Rig, random: SeededRandom): { client: TestClient; token: string } {
  const { token, ws_url } = rig.network.issueVoiceApiCredentials(
    random.next() < 0.2
      ? [random.pick(['odd-frames', 'burst', 'ready-twice', 'session-ended', 'dropped'] as const)]
      : [],
  );
  const client = rig.openClient(random.next() < 0.9 ? ws_url : `${ws_url}&token=${token}`);
  if (random.next() < 0.8) client.sendToken(token);
  rig.clock.advanceMs(Math.floor(random.next() * 200));
  return { client, token };
}

describe('hostile clients', () => {
  test(
    `${FRAMES} frames on many sockets: nothing is thrown, records stay bounded (seed ${SEED})`,
    () => {
      const random = createSeededRandom(SEED);
      const rig = createRig({ agent: 'conversation', record: false });
      let { client, token } = connect(rig, random);
      fuzz(FRAMES, () => {
        client.send(hostileMessage(random, token));
        rig.clock.advanceMs(random.next() < 0.5 ? 20 : Math.floor(random.next() * 40));
        if (client.closes.length > 0 || random.next() < 0.005) {
          if (random.next() < 0.5) client.close(random.pick([1000, 1001, 3000, 4999]));
          ({ client, token } = connect(rig, random));
        }
      });
      const { ledger } = rig.sandbox;
      const open = ledger.connections.filter(({ close }) => close === undefined).length;
      expect(ledger.connections.length).toBeLessThanOrEqual(open + MAX_CLOSED_CONNECTIONS);
      expect(Math.max(...ledger.connections.map(({ frames }) => frames.length))).toBeLessThanOrEqual(2000);
      expect(ledger.requests.length).toBeLessThanOrEqual(500);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      expect(JSON.stringify(ledger)).not.toContain(token);
      expect(ledger.connectionCount).toBeGreaterThan(100);
      rig.sandbox.close();
      rig.clock.advanceMs(100);
      expect(ledger.connections.every(({ state }) => state === 'closed')).toBe(true);
      expect(rig.clock.pendingTimerCount).toBe(0);
    },
    FUZZ_TIMEOUT_MS,
  );

  test('100,000 frames of a wrong length on one socket take at most 4 MB more than 10,000', () => {
    const rig = createRig({ record: false });
    const client = rig.connectClient();
    const send = (count: number): number => {
      for (let i = 0; i < count; i++) {
        client.send(new Uint8Array(641));
        if (i % 50 === 0) rig.clock.advanceMs(1);
      }
      rig.clock.advanceMs(1);
      return measureHeapMb();
    };
    const afterSome = send(10_000);
    const growth = send(90_000) - afterSome;
    // 90,000 records would take over 10 MB.
    assertAtMost('growth', growth, 4, 'MB');
    expect(rig.record.counters.violationsByRule).toEqual({ 'C-08': 100_000 });
    expect(rig.record.violations.length).toBe(200);
  });

  test(
    `${REQUESTS} hostile requests: every answer is one of the documented statuses (seed ${SEED + 1})`,
    () => {
      const random = createSeededRandom(SEED + 1);
      const { network, sandbox } = createRig();
      const statuses = new Set<number>();
      fuzz(REQUESTS, () => {
        const junk = String.fromCharCode(...Array.from({ length: 20 }, () => 33 + Math.floor(random.next() * 94)));
        const url = random.pick([
          '/api/v1/sdk/token',
          '/api/v1/sdk/heartbeat',
          '/status.json',
          '/',
          `/${junk}`,
          junk,
          '',
        ]);
        const query = random.pick([
          '',
          `?${junk}`,
          `?fault=${junk}`,
          '?fault=burst&speedRatio=1e999',
          '?fault=__proto__',
        ]);
        const headers = {
          ...(random.next() < 0.5 ? { authorization: `Bearer ${random.pick(['demo-key', junk])}` } : {}),
          ...(random.next() < 0.2 ? { origin: junk } : {}),
          ...(random.next() < 0.2 ? { host: junk } : {}),
        };
        statuses.add(
          network.request({ method: random.pick(['GET', 'POST', 'OPTIONS', junk]), url: url + query, headers }).status,
        );
      });
      expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 204, 400, 401, 403, 404, 405, 421]);
      expect(sandbox.ledger.requests.length).toBe(500);
    },
    FUZZ_TIMEOUT_MS,
  );
});
