import { assertNear, assertSameSamples } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { ImpairmentPlan, SandboxBehaviour } from '../src/core.ts';
import { IMPAIRMENTS, speaker } from '../src/core.ts';
import { MALFORMED_MESSAGES } from '../src/impairments/malformed.ts';
import type { Rig } from './support/rig.ts';
import { createRig } from './support/rig.ts';
import { TestClient, frameOf } from './support/testClient.ts';

const LINE = Int16Array.from({ length: 320 * 50 }, (_, i) => Math.round(8000 * Math.sin(i / 7)));
const TALKING: SandboxBehaviour = { agent: speaker({ lines: [{ text: 'a tone of 1 s', pcm: LINE }] }) };

/** 70 s without a pause, no frame like another. */
const LONG_LINE = Int16Array.from({ length: 320 * 3500 }, (_, i) => Math.floor(i / 320) + 1);
const TALKING_LONG: SandboxBehaviour = { agent: speaker({ lines: [{ text: 'on and on', pcm: LONG_LINE }] }) };

/** A client that opens its socket, sends its token as soon as it can, and then waits `ms`. */
function run(
  impairment: string | ImpairmentPlan,
  ms = 5000,
  behaviour: SandboxBehaviour = TALKING,
): { rig: Rig; client: TestClient } {
  const rig = createRig({ ...behaviour, impairment });
  const { token, ws_url } = rig.network.issueVoiceApiCredentials();
  const client = new TestClient(rig.network, rig.clock, ws_url);
  const startMs = rig.clock.nowMs();
  while (client.openedAtMs === undefined && rig.clock.nowMs() < startMs + 5000) rig.clock.advanceMs(1);
  client.sendToken(token);
  rig.clock.advanceMs(ms);
  return { rig, client };
}

const zeros = frameOf(new Int16Array(320));

describe('delays', () => {
  test('100 ms each way: open after 200 ms, connected 220 ms after the token, as over a network with that delay', () => {
    const { client, rig } = run({ delayMs: 100 });
    expect(client.openedAtMs).toBe(5200);
    expect((client.received[0]?.atMs ?? 0) - (client.openedAtMs ?? 0)).toBe(220);
    assertSameSamples('heard', client.heardPcm, LINE);
    expect(rig.verdicts).toEqual([]);
  });

  test('only downwards: half of it', () => {
    const { client } = run({ delayMs: 100, direction: 'down' });
    expect([client.openedAtMs, client.received[0]?.atMs]).toEqual([5100, 5220]);
  });

  test.each(['wifi', 'lossy', 'burst', 'far', 'stalling', 'bundled'])(
    '%s: everything arrives, in order, and the same again with the same seed',
    (name) => {
      const first = run(name);
      assertSameSamples('heard', first.client.heardPcm, LINE);
      expect(run(name).client.received).toEqual(first.client.received);
    },
  );

  test('stalling: 800 ms without a message, then those of 800 ms at once', () => {
    const { client } = run('stalling', 10_000, TALKING_LONG);
    const times = client.audio.map(({ atMs }) => atMs);
    const gapsMs = times.map((atMs, i) => atMs - (times[i - 1] ?? atMs));
    assertNear('longest gap', Math.max(...gapsMs), 800, 20, 'ms');
    const stalledAtMs = times[gapsMs.indexOf(Math.max(...gapsMs))] ?? 0;
    assertNear('at once', times.filter((atMs) => atMs === stalledAtMs).length, 40, 2, 'messages');
  });

  test('upwards, what the user says arrives late and whole', () => {
    const { client, rig } = run({ delayMs: 300, jitterMs: 50, direction: 'up' });
    const said = Int16Array.from({ length: 320 * 100 }, (_, i) => i % 3000);
    client.speak(said);
    rig.clock.advanceMs(2000);
    assertSameSamples('received', rig.record.receivedPcm(), said);
  });
});

describe('what is sent', () => {
  test('one message in ten twice, right behind itself', () => {
    const { client } = run({ duplicateRatio: 0.1 }, 60_000, TALKING_LONG);
    const isTwin = client.audio.map(({ bytes }, i) => Buffer.compare(bytes, client.audio[i - 1]?.bytes ?? zeros) === 0);
    assertNear('twins', isTwin.filter(Boolean).length / client.audio.length, 0.09, 0.02, '');
  });

  test('something malformed before one message in ten, from the whole list, and the session goes on', () => {
    const { client } = run({ malformedRatio: 0.1 }, 60_000, TALKING_LONG);
    const isMalformed = ({ data }: { data: string | Uint8Array }): boolean =>
      MALFORMED_MESSAGES.some((one) => typeof one === typeof data && Buffer.from(one).equals(Buffer.from(data)));
    const malformed = client.received.filter(isMalformed);
    assertNear('malformed', malformed.length / client.received.length, 0.09, 0.02, '');
    expect(new Set(malformed.map(({ data }) => `${typeof data} ${data.toString()}`)).size).toBe(
      MALFORMED_MESSAGES.length,
    );
    expect(client.closes).toEqual([]);
  });

  test('fragments cut nothing in memory', () => {
    assertSameSamples('heard', run('fragmented').client.heardPcm, LINE);
  });
});

describe('breaks', () => {
  test.each(['reset', 'dropped'])('%s: 1006 after 2 s from the opening, and no blame', (name) => {
    const { client, rig } = run(name);
    expect(client.closes).toMatchObject([{ code: 1006, wasClean: false, atMs: (client.openedAtMs ?? 0) + 2000 }]);
    expect(rig.verdicts.every((verdict) => verdict.endsWith('note'))).toBe(true);
    expect([rig.record.state, rig.clock.pendingTimerCount]).toEqual(['closed', 0]);
  });

  test('a close with any code and a reason of 123 bytes, behind what was sent before', () => {
    const closeReason = 'r'.repeat(123);
    const { client, rig } = run({ closeAtMs: 700, closeCode: 4999, closeReason });
    expect(client.closes).toMatchObject([{ code: 4999, reason: closeReason, wasClean: true }]);
    expect(rig.verdicts.every((verdict) => verdict.endsWith('note'))).toBe(true);
    expect([rig.record.state, rig.clock.pendingTimerCount]).toEqual(['closed', 0]);
  });

  test('counted from the third message, which is the first frame: dropped after 10 frames of speech', () => {
    const { client } = run({ terminateAtMs: 190, fromMessage: 3 });
    expect([client.audio.length, client.closes.length]).toEqual([10, 1]);
  });

  test('half-open: the server hears nothing more, goes silent a second later, and no close is seen', () => {
    const { client, rig } = run('half-open', 1500, TALKING_LONG);
    for (let i = 0; i < 400; i++) {
      client.send(zeros);
      rig.clock.advanceMs(20);
    }
    assertNear('heard', rig.record.counters.audioSamplesIn / 320, 25, 1, 'frames');
    assertNear('silence since', (client.audio.at(-1)?.atMs ?? 0) - (client.openedAtMs ?? 0), 3000, 20, 'ms');
    expect(client.closes).toEqual([]);
    // The session gives an idle client up after 2 minutes; the socket goes after 5, and with it the last timer.
    rig.clock.advanceMs(130_000);
    expect([rig.record.state, client.closes.length]).toEqual(['closed', 0]);
    rig.clock.advanceMs(300_000);
    expect([client.closes.length, rig.clock.pendingTimerCount]).toEqual([1, 0]);
  });

  test('a slow consumer: messages back up at the client for 5 s, then all are heard, in order', () => {
    const { client, rig } = run('slow-consumer', 1500);
    const said = Int16Array.from({ length: 320 * 100 }, (_, i) => i % 3000);
    client.speak(said);
    expect(client.bufferedAmountBytes).toBe(64_000);
    rig.clock.advanceMs(3000);
    assertSameSamples('received', rig.record.receivedPcm(), said);
    expect(client.bufferedAmountBytes).toBe(0);
  });

  test('the client may close at any time, and nothing is left behind', () => {
    for (const impairment of ['far', 'slow-consumer', 'reset', 'stalling', 'malformed'] as const) {
      for (const ms of [0, 100, 1000, 3000]) {
        const { client, rig } = run(impairment, ms);
        client.close();
        rig.clock.advanceMs(10_000);
        const seen = `${impairment} after ${ms} ms`;
        expect([client.closes.length, rig.record.state, rig.clock.pendingTimerCount], seen).toEqual([1, 'closed', 0]);
      }
    }
  });

  test('the sandbox may close at any time, too: everybody hears it, and nobody gets in behind it', () => {
    for (const impairment of ['far', 'slow-consumer', 'stalling'] as const) {
      const { client, rig } = run(impairment, 1500);
      const { ws_url } = rig.network.issueVoiceApiCredentials();
      const late = new TestClient(rig.network, rig.clock, ws_url);
      rig.clock.advanceMs(1);
      rig.sandbox.close();
      rig.clock.advanceMs(5000);
      expect(client.closes).toMatchObject([{ code: 1012 }]);
      expect(late.closes.length).toBe(1);
      expect(rig.clock.pendingTimerCount).toBe(0);
    }
  });
});

describe('bounds', () => {
  test('a client that floods a slow network is not read further than 1 MiB ahead', () => {
    const { client, rig } = run({ delayMs: 5000, direction: 'up' }, 6000);
    for (let i = 0; i < 200; i++) client.send(new Uint8Array(50_000));
    rig.clock.advanceMs(100);
    expect(client.bufferedAmountBytes).toBeGreaterThan(8_000_000);
    rig.clock.advanceMs(60_000);
    expect([client.bufferedAmountBytes, rig.record.counters.framesIn]).toEqual([0, 201]);
  });
});

describe('selection', () => {
  test('by URL, for one connection', () => {
    const rig = createRig(TALKING);
    const { ws_url } = rig.network.issueVoiceApiCredentials();
    const client = new TestClient(rig.network, rig.clock, `${ws_url}&impair=closeAtMs%3D100%2CcloseCode%3D1013`);
    rig.clock.advanceMs(500);
    expect(client.closes).toMatchObject([{ code: 1013 }]);
    expect(rig.openClient().closes).toEqual([]);
  });

  test('by scenario, with the option on top', () => {
    const scenario = { does: '', faults: {}, impairment: { delayMs: 50, closeAtMs: 1000 } };
    const { client } = run({ closeCode: 4000 }, 5000, { ...TALKING, scenario });
    expect(client.openedAtMs).toBe(5100);
    expect(client.closes).toMatchObject([{ code: 4000 }]);
  });

  test.each(['nope', 'delayMs=x', { delayMs: -1 }, { closeCode: 1006 }])('the option %j is invalid-option', (plan) => {
    expect(() => createRig({ impairment: plan })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test('every named impairment was tried here or in the unit tests', () => {
    expect(Object.keys(IMPAIRMENTS).length).toBe(14);
  });
});
