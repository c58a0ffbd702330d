// This file is part C of the fault catalogue: what can go wrong while a session comes back, and what it takes along.
import { speaker } from '@voicewire/sandbox/memory';
import { expect } from 'vitest';
import type { SessionPorts, SocketHandlers } from '../../../src/index.ts';
import { overlay } from '../taps/overlay.ts';
import { ALL, expectEnding, expectReturn, HELD_UP, play, type Fault, type VendorId } from './fault.ts';

const DROP = { impair: 'terminateAtMs=1000' };
/** An attempt that takes so long to be taken. */
const slow = (ms: number) => ({ impair: `delayMs=${ms / 4}` });
const RESUMES: Readonly<Record<VendorId, boolean>> = { 'voice-api': false, amigo: true, soca: false };

/** Sockets that go on talking after they were closed, as those of Node can. */
function chatty(ports: SessionPorts): SessionPorts {
  const said: { handlers: SocketHandlers; data: string | Uint8Array }[] = [];
  return {
    ...ports,
    sockets: {
      connect(request, handlers) {
        const socket = ports.sockets.connect(request, {
          ...handlers,
          onMessage(data) {
            said.push({ handlers, data });
            handlers.onMessage(data);
          },
        });
        return overlay(socket, {
          close(code, reason) {
            socket.close(code, reason);
            const mine = said.filter((entry) => entry.handlers === handlers);
            for (const delayMs of [1, 100, 400]) {
              ports.clock.setTimer(delayMs, () => {
                for (const { data } of mine) handlers.onMessage(data);
                handlers.onOpen();
              });
            }
          },
        });
      },
    },
  };
}

/** A program that signs in once, where the vendor's token opens many connections: signing in is limited to a few a minute. */
function signInOnce(vendor: VendorId) {
  if (vendor !== 'amigo') return {};
  let given: unknown;
  return { wrapCredentials: (give: () => unknown) => (given ??= give()) };
}

export const COMING_BACK: readonly Fault[] = [
  {
    number: 52,
    name: 'connections open and die within 5 s, again and again',
    expects: 'waits longer each time, up to its limit: only a connection that held for 5 s counts as good',
    vendors: ALL,
    async meet(vendor) {
      const flapping = Array.from({ length: 40 }, () => ({ impair: 'terminateAtMs=300' }));
      const scene = await play({ vendor, first: flapping, durationMs: 30_000, seed: 2, ...signInOnce(vendor) });
      const lostMs = scene.statusTimesMs('reconnecting');
      expect(lostMs.length).toBeGreaterThan(4);
      expect(lostMs.length).toBeLessThan(16);
      const gapsMs = lostMs.slice(1).map((atMs, i) => atMs - (lostMs[i] ?? 0));
      expect(Math.max(...gapsMs)).toBeGreaterThan(3_000);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 54,
    name: 'a lost session is taken up again after a gap',
    expects: 'says whether the vendor took the old conversation up, and plays nothing of the gap late',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault54-resume' }], durationMs: 6_000 });
      expectReturn(scene, 1_000);
      const back = scene.eventsOf('statusChanged').at(-1);
      expect(back).toMatchObject({ status: 'connected', isResumed: RESUMES[vendor] });
      expect(scene.session.stats().downlink?.deadPackets).toBe(0);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 55,
    name: 'the server does not know the session any more',
    expects: 'ends with conversation-gone, and begins another conversation when it is asked to connect again',
    vendors: ['amigo'],
    async meet(vendor) {
      const scene = await play({ vendor, durationMs: 1_000 });
      // The new server has never heard of the conversation.
      scene.restart();
      await scene.clock.advance(3_000);
      expect(scene.reasons()).toEqual(['conversation-gone']);
      const again = scene.call('connect');
      await scene.clock.advance(1_000);
      expect(again.code).toBeNull();
      await scene.close([...HELD_UP, 'A-15']);
    },
  },
  {
    number: 56,
    name: 'a second tab takes the session over',
    expects: 'ends with the vendor’s reason, and does not fight back',
    vendors: ALL,
    async meet(vendor) {
      const closeCode = vendor === 'amigo' ? 4009 : 1008;
      const scene = await play({
        vendor,
        first: [{ impair: `closeAtMs=1000,closeCode=${closeCode}` }],
        durationMs: 20_000,
      });
      expectEnding(scene, vendor === 'amigo' ? 'conversation-busy' : 'closed-by-server', 'failed');
      await scene.close(HELD_UP);
    },
  },
  {
    number: 57,
    name: 'an old socket goes on talking after the new one has opened',
    expects: 'hears nothing of it',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({
        vendor,
        alterPorts: chatty,
        reconnect: { handOverAfterMs: 1_500 },
        first: [{ impair: 'stopReadingAtMs=800' }],
        durationMs: 4_000,
        sandbox: { agent: speaker(), amigo: { dropHoldMs: 0 } },
      });
      expect(scene.statusTimesMs('reconnecting').length).toBeGreaterThan(0);
      expect(scene.errors()).toEqual([]);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 58,
    name: 'the user interrupts and mutes while the connection is gone',
    expects: 'is silent at once, and lets nothing that was said muted out afterwards',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({
        vendor,
        sandbox: { agent: speaker(), amigo: { dropHoldMs: 0 } },
        first: [{ impair: 'terminateAtMs=800' }, slow(1_200)],
        durationMs: 1_000,
      });
      expect(scene.session.status).toBe('reconnecting');
      scene.call('setMicMuted', true);
      scene.speak(600);
      scene.call('interrupt');
      await scene.clock.advance(100);
      const [interrupted] = scene.eventsOf('interrupted');
      expect((interrupted?.silentMs ?? Infinity) - (interrupted?.requestedMs ?? 0)).toBeLessThanOrEqual(20);
      await scene.clock.advance(3_000);
      expect(scene.session.status).toBe('connected');
      const received = scene.sandbox.ledger.connections.at(-1)?.receivedPcm() ?? new Int16Array(0);
      // What was said before the mute, and zeros.
      expect(received.slice(0.7 * 16_000).every((value) => value === 0)).toBe(true);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 59,
    name: 'the user speaks while the connection is gone',
    expects: 'sends it afterwards when the gap is 1.5 s or less, else gives it up and says how much',
    vendors: ALL,
    async meet(vendor) {
      for (const [gapMs, isKept] of [
        [500, true],
        [3_000, false],
      ] as const) {
        const scene = await play({ vendor, first: [DROP, slow(gapMs)], durationMs: 1_050 });
        scene.speak(500);
        await scene.clock.advance(8_000);
        expectReturn(scene, gapMs + 2_000);
        const lostMs = scene.eventsOf('speechLost').reduce((sum, event) => sum + event.durationMs, 0);
        if (isKept) expect(lostMs).toBe(0);
        else expect(lostMs).toBeGreaterThanOrEqual(gapMs * 0.9);
        expect(lostMs).toBe((scene.session.stats().uplink?.lostFrames ?? 0) * 20);
        await scene.close(HELD_UP);
      }
    },
  },
  {
    number: 60,
    name: 'the budget of attempts, or of time, is spent',
    expects: 'ends as failed with everything released, and connects again when asked',
    vendors: ALL,
    async meet(vendor) {
      for (const reconnect of [{ maxAttempts: 2 }, { maxDurationMs: 3_000 }]) {
        const dead = Array.from({ length: 30 }, () => ({ impair: 'refuseStatus=0' }));
        let isDown = true;
        const scene = await play({
          vendor,
          reconnect,
          durationMs: 30_000,
          ...signInOnce(vendor),
          conditionsOf: (attempt) => (isDown ? [DROP, ...dead][attempt] : undefined),
        });
        expect(scene.session.status).toBe('failed');
        expect(scene.reasons()).toEqual(['connect-failed']);
        isDown = false;
        const again = scene.call('connect');
        await scene.clock.advance(2_000);
        expect(again.code).toBeNull();
        expect(scene.session.status).toBe('connected');
        await scene.close(HELD_UP);
      }
    },
  },
  {
    number: 61,
    name: 'the server gives notice of its shutdown',
    expects: 'comes back within 2 s and a handshake',
    vendors: ['voice-api', 'soca'],
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault61-shutdown-notice' }], durationMs: 8_000 });
      expectReturn(scene, 2_200);
      await scene.close(HELD_UP);
    },
  },
];
