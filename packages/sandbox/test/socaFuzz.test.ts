import type { SeededRandom } from '@voicewire/testkit';
import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { SocaFaultName } from '../src/core.ts';
import { SOCA_FAULTS } from '../src/core.ts';
import { MAX_CLOSED_CONNECTIONS } from '../src/ledger/ledger.ts';
import { FUZZ_FRAMES, FUZZ_REQUESTS, FUZZ_SEED, FUZZ_TIMEOUT_MS, fuzz } from './support/fuzzing.ts';
import { makeUserSpeech } from './support/rig.ts';
import type { SocaClient, SocaRig } from './support/socaRig.ts';
import { AGENT_ID, createSocaRig } from './support/socaRig.ts';

const SEED = FUZZ_SEED;
const FRAMES = FUZZ_FRAMES.soca;
const REQUESTS = FUZZ_REQUESTS.each;
const KEY = 'sk-never-to-be-seen';
const FAULT_NAMES = Object.keys(SOCA_FAULTS) as readonly SocaFaultName[];
const speech = makeUserSpeech(5000);

/** One message that a hostile or broken client might send. */
function hostileMessage(random: SeededRandom): string | Uint8Array {
  const count = (below: number): number => Math.floor(random.next() * below);
  switch (count(16)) {
    case 0:
      return Uint8Array.from({ length: count(2000) }, () => count(256));
    case 1:
      return new Uint8Array(random.pick([0, 1, 2, 639, 641, 1600, 1602, 8192, 65_536, 65_537]));
    case 2:
      return random.pick(['', '{', 'null', '[]', '0', '"x"', '{"type":null}', '{"type":{}}', '{"type":"x"}']);
    case 3:
      return JSON.stringify({ type: 'start', private_key: KEY, session_id: 'x', agent_id: AGENT_ID, ['__proto__']: 1 });
    case 4:
      return `{"__proto__":{"polluted":true},"type":"start","private_key":"${KEY}"}`;
    case 5:
      return '['.repeat(count(30_000));
    case 6:
      return `${'"\\ud800'.repeat(count(100))}\u0000`;
    case 7:
      return JSON.stringify({ type: 'start', private_key: 'x'.repeat(count(60_000)) });
    case 8:
      return Buffer.alloc(count(40_000), 7).toString('base64');
    case 9:
      return '{"type":"stop"}';
    case 10:
      return '{"type":"barge"}';
    default: {
      const at = count(speech.length - 320);
      return new Uint8Array(speech.slice(at, at + 320).buffer);
    }
  }
}

/** Connects with a right, a wrong or no start, and perhaps a fault. */
function connect(rig: SocaRig, random: SeededRandom): SocaClient {
  const client = rig.open(random.next() < 0.4 ? `fault=${random.pick(FAULT_NAMES)}` : '');
  rig.clock.advanceMs(1);
  if (client.openedAtMs === undefined) return client;
  const sessionId = random.pick(['a', 'b', `c${Math.floor(random.next() * 1e9)}`]);
  if (random.next() < 0.8) client.start({ private_key: random.next() < 0.9 ? KEY : 'wrong', session_id: sessionId });
  rig.clock.advanceMs(Math.floor(random.next() * 200));
  return client;
}

describe('hostile Soca clients', () => {
  test(
    `${FRAMES} frames on many sockets: nothing is thrown, records stay bounded (seed ${SEED})`,
    () => {
      const random = createSeededRandom(SEED);
      const rig = createSocaRig({ agent: 'conversation', record: false, soca: { privateKey: KEY } });
      let client = connect(rig, random);
      fuzz(FRAMES, () => {
        if (client.openedAtMs !== undefined) client.send(hostileMessage(random));
        rig.clock.advanceMs(random.next() < 0.5 ? 20 : Math.floor(random.next() * 40));
        if (client.closes.length === 0 && random.next() < 0.99) return;
        if (random.next() < 0.9) client.close(random.pick([1000, 1001, 3000, 4999]));
        client = connect(rig, random);
      });
      const { ledger } = rig.sandbox;
      const open = ledger.connections.filter(({ close }) => close === undefined).length;
      expect(ledger.connections.length).toBeLessThanOrEqual(open + MAX_CLOSED_CONNECTIONS);
      expect(Math.max(...ledger.connections.map(({ frames }) => frames.length))).toBeLessThanOrEqual(2000);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      expect(JSON.stringify(ledger)).not.toContain(KEY);
      expect(ledger.connectionCount).toBeGreaterThan(100);
      rig.sandbox.close();
      rig.clock.advanceMs(200_000);
      expect(rig.clock.pendingTimerCount).toBe(0);
    },
    FUZZ_TIMEOUT_MS,
  );

  test(
    `${REQUESTS} requests for sessions: each is answered, none with 5xx but by its fault (seed ${SEED})`,
    () => {
      const random = createSeededRandom(SEED);
      const { network } = createSocaRig({ soca: { privateKey: KEY } });
      fuzz(REQUESTS, () => {
        const path = random.pick([AGENT_ID, '', 'x'.repeat(3000), '%00', '../../etc', `${AGENT_ID}/x`, '__proto__']);
        const query = random.pick(['', '?fault=nope', '?fault=session-refused', '?delayMs=x&fault=dropped', '?=&&=']);
        const response = network.request({
          method: random.pick(['POST', 'GET', 'PUT', 'OPTIONS', 'x'.repeat(100)]),
          url: `/v1/session/${path}${query}`,
          headers: { private_key: random.pick([KEY, 'wrong', '']) },
        });
        expect(response.status).toBeLessThan(500);
        expect(response.body).not.toContain(KEY);
      });
    },
    FUZZ_TIMEOUT_MS,
  );
});
