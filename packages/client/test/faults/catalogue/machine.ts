// This file is parts D, E and F of the fault catalogue: time, power and devices of the client's machine; servers that go.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { speaker } from '@voicewire/sandbox/memory';
import { expect } from 'vitest';
import {
  DeviceError,
  type AudioInputSink,
  type AudioOutputSink,
  type Clock,
  type SessionPorts,
} from '../../../src/index.ts';
import { overlay } from '../taps/overlay.ts';
import { ALL, expectNoConnection, expectReturn, expectUndisturbed, HELD_UP, play, type Fault } from './fault.ts';

const TALKATIVE = { agent: speaker(), amigo: { dropHoldMs: 0 } };
/** Folders of the platform-free core that live on the session's own clock. */
const CORE = ['session', 'uplink', 'downlink', 'transport', 'turn', 'timing', 'playout', 'credentials'];
const SOURCE = fileURLToPath(new URL('../../../src', import.meta.url));

/** A clock as a page in the background has it: timers come in steps of a second. */
const throttled = (clock: Clock): Clock => ({
  ...methodsOf(clock),
  setTimer(delayMs, fire) {
    const dueMs = Math.ceil((clock.nowMs() + delayMs) / 1_000) * 1_000;
    return clock.setTimer(dueMs - clock.nowMs(), fire);
  },
});

/** A clock as a private window has it: readings in steps of 100 ms. */
const coarse = (clock: Clock): Clock => ({
  ...methodsOf(clock),
  nowMs: () => Math.floor(clock.nowMs() / 100) * 100,
});

const methodsOf = (clock: Clock): Clock => ({
  nowMs: () => clock.nowMs(),
  setTimer: (delayMs, fire) => clock.setTimer(delayMs, fire),
  clearTimer: (timer) => clock.clearTimer(timer),
});

const withClock = (change: (clock: Clock) => Clock) => ({
  alterPorts: (ports: SessionPorts): SessionPorts => ({ ...ports, clock: change(ports.clock) }),
});

/** Ports whose devices can be made to fail. */
function breakable() {
  const sinks: { input?: AudioInputSink; output?: AudioOutputSink } = {};
  const alterPorts = (ports: SessionPorts): SessionPorts => ({
    ...ports,
    input: overlay(ports.input, {
      start(sink) {
        sinks.input = sink;
        return ports.input.start(sink);
      },
    }),
    output: overlay(ports.output, {
      start(rate, sink) {
        sinks.output = sink;
        return ports.output.start(rate, sink);
      },
    }),
  });
  return { sinks, alterPorts };
}

export const MACHINE: readonly Fault[] = [
  {
    number: 63,
    name: 'the wall clock jumps by an hour',
    expects: 'does not notice: nothing in the core reads a wall clock',
    vendors: ['voice-api'],
    async meet() {
      for (const folder of CORE) {
        for (const name of readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })) {
          if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
          const text = readFileSync(join(SOURCE, folder, name), 'utf8');
          expect(/\bnew Date\b|\bDate\.now\b|\bperformance\.now\b/.test(text), `${folder}/${name}`).toBe(false);
        }
      }
    },
  },
  {
    number: 64,
    name: 'the machine sleeps for 30 s and wakes with a dead connection',
    expects: 'is back within 2 s of waking, and sends nothing that is older than its rules allow',
    vendors: ['voice-api', 'soca'],
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ impair: 'halfOpenAtMs=900' }], durationMs: 1_000 });
      scene.clock.sleep(30_000);
      await scene.clock.advance(4_500);
      expect(scene.statuses()).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
      const [backMs = Infinity] = scene.statusTimesMs('connected').slice(1);
      expect(backMs - 31_000).toBeLessThanOrEqual(2_000);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 65,
    name: 'timers are throttled to one a second',
    expects: 'takes its connection for alive, and keeps talking',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, sandbox: TALKATIVE, durationMs: 20_000, ...withClock(throttled) });
      expectUndisturbed(scene);
      expect(scene.eventsOf('congested')).toEqual([]);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 67,
    name: 'the devices’ clocks are 200 ppm off',
    expects: 'loses nothing on the way out, and lets nothing pile up on the way in, for two minutes',
    vendors: ['voice-api'],
    async meet(vendor) {
      for (const driftPpm of [200, -200]) {
        const scene = await play({ vendor, skew: { offsetMs: 0, driftPpm }, durationMs: 120_000 });
        expectUndisturbed(scene);
        const { uplink, output } = scene.session.stats();
        expect([uplink?.congestedFrames, uplink?.lostFrames, output.discardedSamples]).toEqual([0, 0, 0]);
        await scene.close();
      }
    },
  },
  {
    number: 68,
    name: 'the clock is coarsened to 100 ms',
    expects: 'takes its connection for alive, drops nothing, and keeps the vendor’s rules',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, sandbox: TALKATIVE, durationMs: 10_000, ...withClock(coarse) });
      expectUndisturbed(scene);
      expect(scene.eventsOf('congested')).toEqual([]);
      await scene.close();
    },
  },
  {
    number: 70,
    name: 'the microphone is unplugged, and cannot be had again',
    expects: 'ends with the device’s own error as the one reason',
    vendors: ALL,
    async meet(vendor) {
      const { sinks, alterPorts } = breakable();
      const scene = await play({ vendor, alterPorts, durationMs: 1_000 });
      sinks.input?.onFailure(new DeviceError('microphone-ended', 'The microphone is gone.'));
      await scene.clock.advance(3_000);
      expect(scene.reasons()).toEqual(['microphone-ended']);
      expect(scene.session.status).toBe('failed');
      await scene.close(HELD_UP);
    },
  },
  {
    number: 71,
    name: 'the loudspeaker is gone',
    expects: 'ends with the device’s own error as the one reason',
    vendors: ALL,
    async meet(vendor) {
      const { sinks, alterPorts } = breakable();
      const scene = await play({ vendor, alterPorts, durationMs: 1_000 });
      sinks.output?.onFailure(new DeviceError('worklet-failed', 'The loudspeaker is gone.'));
      await scene.clock.advance(3_000);
      expect(scene.reasons()).toEqual(['worklet-failed']);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 78,
    name: 'the vendor dies behind a relay',
    expects: 'comes back at once',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault78-upstream-gone' }], durationMs: 5_000 });
      expectReturn(scene, 200);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 79,
    name: 'the server is told to end, and sends everybody away',
    expects: 'comes back to another server at a random time within 2 s',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault79-sigterm' }], durationMs: 6_000 });
      expectReturn(scene, 2_200);
      await scene.close(HELD_UP);
    },
  },
  {
    number: 80,
    name: 'the server has no room',
    expects: 'fails the first connect with connect-failed, at once',
    vendors: ALL,
    async meet(vendor) {
      const scene = await play({ vendor, first: [{ scenario: 'fault80-no-room' }], durationMs: 500 });
      expectNoConnection(scene, 'connect-failed');
      await scene.close();
    },
  },
];
