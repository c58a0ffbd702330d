// This file is part A of the fault catalogue: what can go wrong before the agent listens.
import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/index.ts';
import {
  ALL,
  expectNoConnection,
  expectReturn,
  expectUndisturbed,
  HELD_UP,
  play,
  type Fault,
  type VendorId,
} from './fault.ts';

const DROP = { impair: 'terminateAtMs=1000' };
/** In memory an attempt takes no time: so long the agent takes to listen, with everything that a vendor says before. */
const HANDSHAKE_MS = 125;

/** A first connection fails at once; one that comes back tries again. */
async function meetRefusal(vendor: VendorId, refusal: { impair: string }): Promise<void> {
  const first = await play({ vendor, first: [refusal], durationMs: 1_000 });
  expectNoConnection(first, 'connect-failed');
  await first.close(HELD_UP);
  const again = await play({ vendor, first: [DROP, refusal], durationMs: 4_000 });
  expectReturn(again, 500 + HANDSHAKE_MS);
  expect(again.attempts()).toBe(3);
  await again.close(HELD_UP);
}

/** The codes of a token that is refused, by vendor: Soca's keys do not expire, so nothing would change. */
const REFUSED_TOKEN: Readonly<Record<VendorId, { code: ErrorCode | null; attempts: number }>> = {
  'voice-api': { code: null, attempts: 2 },
  amigo: { code: null, attempts: 2 },
  soca: { code: 'auth-failed', attempts: 1 },
};

/** Credentials asked for, socket opening, greeting sent, waiting for the agent: in ms after `connect`. */
const WAITS = [0, 5, 25, 60, 150];

export const CONNECTING: readonly Fault[] = [
  {
    number: 1,
    name: 'no name server knows the host',
    expects: 'says reconnecting within 50 ms, tries again, and comes back when the host is known',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({
        vendor,
        first: [DROP],
        durationMs: 4_000,
        addressOf: (url, attempt) => (attempt === 1 ? url.replace(/localhost(:80)?/, 'nowhere.example') : url),
      });
      expectReturn(scene, 500 + HANDSHAKE_MS);
      const [saidMs = Infinity] = scene.statusTimesMs('reconnecting');
      const [connectedMs = 0] = scene.statusTimesMs('connected');
      expect(saidMs - connectedMs).toBeLessThanOrEqual(1_050);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 2,
    name: 'the port refuses, or resets the upgrade',
    expects: 'fails the first connect at once with connect-failed; a lost connection tries again',
    vendors: ALL,
    meet: (vendor) => meetRefusal(vendor, { impair: 'refuseStatus=0' }),
  },
  {
    number: 3,
    name: 'nobody answers at all',
    expects: 'gives the socket up at the vendor’s limit with connect-timeout; its late opening changes nothing',
    vendors: ALL,
    async meet(vendor) {
      // Opening takes two of these.
      const scene = await play({ vendor, first: [{ impair: 'delayMs=6000' }], durationMs: 20_000 });
      expectNoConnection(scene, 'connect-timeout');
      await scene.close([...HELD_UP, 'C-04', 'D-01']);
    },
  },
  {
    number: 4,
    name: 'TLS fails, which looks like nothing at all',
    expects: 'stops when its attempts are spent, with connect-failed as the reason',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({
        vendor,
        first: [DROP],
        durationMs: 30_000,
        reconnect: { maxAttempts: 3 },
        addressOf: (url, attempt) => (attempt > 0 ? url.replace('ws://', 'wss://') : url),
      });
      expect(scene.reasons()).toEqual(['connect-failed']);
      expect(scene.attempts()).toBe(4);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 5,
    name: 'the upgrade is answered with 401',
    expects: 'asks for new credentials before every attempt, and never opens two sockets with the same',
    vendors: ALL,
    async meet(vendor) {
      let asked = 0;
      const scene = await play({
        vendor,
        first: [DROP, { scenario: 'fault05-upgrade-401' }, { scenario: 'fault05-upgrade-401' }],
        durationMs: 6_000,
        wrapCredentials: (give) => {
          asked += 1;
          return give();
        },
      });
      expect(scene.session.status).toBe('connected');
      expect(asked).toBe(scene.attempts());
      await scene.close(HELD_UP);
    },
  },
  {
    number: 6,
    name: 'the upgrade is answered with 404',
    expects: 'fails the first connect in one attempt',
    vendors: ALL,
    meet: (vendor) => meetRefusal(vendor, { impair: 'refuseStatus=404' }),
  },
  {
    number: 7,
    name: 'the upgrade is answered with 503 for a long while',
    expects: 'tries less and less often, at random times: at most ten attempts in 15 s',
    vendors: ALL,
    async meet(vendor) {
      const busy = Array.from({ length: 40 }, () => ({ scenario: 'fault07-upgrade-503' }));
      const scene = await play({ vendor, first: [DROP, ...busy], durationMs: 16_000, seed: 5 });
      expect(scene.session.status).toBe('reconnecting');
      expect(scene.attempts()).toBeGreaterThan(3);
      expect(scene.attempts()).toBeLessThanOrEqual(11);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 8,
    name: 'the upgrade is redirected to another host',
    expects: 'does not follow: one socket, to the address that it was given',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault08-redirect' }], durationMs: 1_000 });
      expectNoConnection(scene, 'connect-failed');
      await scene.close();
    },
  },
  {
    number: 9,
    name: 'a captive portal answers the upgrade with a page',
    expects: 'takes it for unreachable',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ impair: 'refuseStatus=200' }], durationMs: 1_000 });
      expectNoConnection(scene, 'connect-failed');
      await scene.close();
    },
  },
  {
    number: 10,
    name: 'the subprotocol is not repeated',
    expects: 'fails as browsers do, with connect-failed',
    vendors: ['amigo'],
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault10-no-subprotocol' }], durationMs: 1_000 });
      expectNoConnection(scene, 'connect-failed');
      await scene.close(['A-51']);
    },
  },
  {
    number: 11,
    name: 'the socket opens, and the vendor never says ready',
    expects: 'sends no audio, gives up at the vendor’s limit with accept-timeout; a lost connection tries again',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault11-never-ready' }], durationMs: 14_000 });
      expectNoConnection(scene, 'accept-timeout');
      expect(scene.session.stats().uplink?.passedFrames).toBe(0);
      await scene.close(HELD_UP);
      const again = await play({ vendor, first: [DROP, { scenario: 'fault11-never-ready' }], durationMs: 14_000 });
      expectReturn(again, 11_000);
      await again.close([...HELD_UP, 'A-16']);
    },
  },
  {
    number: 12,
    name: 'audio or readiness comes earlier than documented',
    expects: 'hears it, and connects',
    vendors: ['voice-api', 'soca'],
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault12-early-greeting' }] });
      expectUndisturbed(scene);
      await scene.close();
    },
  },
  {
    number: 13,
    name: 'the user hangs up in each phase of connecting',
    expects: 'rejects connect with connect-aborted, and holds nothing afterwards',
    vendors: ALL,
    async meet(vendor) {
      for (const afterMs of WAITS) {
        const scene = await play({ vendor, delayMs: 20, durationMs: afterMs });
        await scene.close(HELD_UP);
        expect(scene.connecting.code).toBe('connect-aborted');
        expect(scene.session.status).toBe('disconnected');
        expect(scene.reasons()).toEqual([]);
      }
    },
  },
  {
    number: 14,
    name: 'connect is called twice, at once and again',
    expects: 'opens one socket, and grants every call',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, durationMs: 0 });
      const second = scene.call('connect');
      await scene.clock.advance(1_000);
      const third = scene.call('connect');
      await scene.clock.advance(100);
      expect([scene.connecting.code, second.code, third.code]).toEqual([null, null, null]);
      expect(scene.attempts()).toBe(1);
      await scene.close();
    },
  },
  {
    number: 15,
    name: 'the token has expired since it was given out',
    expects: 'asks once for another, and connects; where keys do not expire it ends with auth-failed',
    vendors: ALL,
    async meet(vendor) {
      const { code, attempts } = REFUSED_TOKEN[vendor];
      const scene = await play({
        vendor,
        first: [{ scenario: 'fault15-token-expired' }],
        durationMs: 2_000,
        ...expiredToken(vendor),
      });
      expect(scene.connecting.code).toBe(code);
      expect(scene.attempts()).toBe(attempts);
      await scene.close([...HELD_UP, 'C-02']);
    },
  },
  {
    number: 16,
    name: 'the credentials source throws, hangs, or gives nonsense',
    expects: 'fails the first connect in typed words within the vendor’s limit; a lost connection asks again',
    vendors: ALL,
    async meet(vendor) {
      const boom = (): never => {
        throw new Error('The backend is down.');
      };
      for (const [wrapCredentials, code] of [
        [boom, 'credentials-failed'],
        [() => new Promise(() => undefined), 'credentials-timeout'],
        [() => ({ nonsense: true }), 'credentials-invalid'],
      ] as const) {
        const scene = await play({ vendor, wrapCredentials, durationMs: 10_100 });
        expectNoConnection(scene, code, 0);
        await scene.close();
      }
      let asked = 0;
      const again = await play({
        vendor,
        first: [DROP],
        durationMs: 4_000,
        wrapCredentials: (give) => (asked++ === 1 ? boom() : give()),
      });
      expectReturn(again, 500 + HANDSHAKE_MS);
      await again.close(HELD_UP);
    },
  },
];

/** The Voice API's tokens say themselves when they expire: the server that gives them out must know of it. */
function expiredToken(vendor: VendorId) {
  if (vendor !== 'voice-api') return {};
  return { faultsOfAttempt: (attempt: number) => (attempt === 0 ? (['token-expired'] as const) : []) };
}
