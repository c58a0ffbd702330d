import { describe, expect, test } from 'vitest';
import { createRig, makeUserSpeech } from './support/rig.ts';
import { AGENT_ID, createSocaRig } from './support/socaRig.ts';
import { frameOf } from './support/testClient.ts';

const SESSION_PATH = `/v1/session/${AGENT_ID}`;
const key = (value: string) => ({ private_key: value });

describe('D-04, before stt.ready', () => {
  const start = (behaviour = {}, query = '') => {
    const rig = createSocaRig(behaviour);
    const client = rig.open(query);
    rig.clock.advanceMs(1);
    client.start();
    return { rig, client };
  };

  test('audio between start and stt.ready is discarded: strict, once; after it, it is heard', () => {
    const { rig, client } = start({ soca: { sttReadyDelayMs: 5000 } });
    client.keepSilent(4000);
    expect(rig.verdicts).toEqual(['D-04 strict']);
    expect(rig.record.counters.audioSamplesIn).toBe(0);
    client.keepSilent(2000);
    expect(rig.record.counters.audioSamplesIn).toBeGreaterThan(0);
    expect(rig.verdicts).toEqual(['D-04 strict']);
  });

  test('a command before stt.ready', () => {
    const { rig, client } = start();
    client.sendJson({ type: 'stop' });
    rig.clock.advanceMs(200);
    expect(rig.verdicts).toEqual(['D-04 strict']);
    expect(client.course).toEqual(['ready', 'stt.ready']);
  });

  test('ready after 40 ms, stt.ready 60 ms later; both delays can be set', () => {
    const times = (behaviour = {}) => {
      const { rig, client } = start(behaviour);
      const startedAtMs = rig.clock.nowMs();
      rig.clock.advanceMs(10_000);
      return client.received.map(({ atMs }) => atMs - startedAtMs);
    };
    expect(times()).toEqual([40, 100]);
    expect(times({ soca: { readyDelayMs: 700, sttReadyDelayMs: 5000 } })).toEqual([700, 5700]);
  });

  test('stt.ready may come first: audio between the two is heard', () => {
    const { rig, client } = start({ soca: { sttReadyDelayMs: 1000 } }, 'fault=stt-ready-first');
    rig.clock.advanceMs(100);
    expect(client.course).toEqual(['stt.ready']);
    client.keepSilent(500);
    rig.clock.advanceMs(1000);
    expect(client.course).toEqual(['stt.ready', 'ready']);
    expect(rig.record.counters.audioSamplesIn).toBe(8000);
  });
});

describe('D-05, what was kept until stt.ready', () => {
  /** Sends so much audio at once after `stt.ready`, then goes on in real time. */
  const catchUp = (backlogMs: number, session = createSocaRig()) => {
    const client = session.connect();
    const sentAtMs = client.received.at(-1)?.atMs ?? 0;
    const pcm = makeUserSpeech(backlogMs);
    // At twice real time, as the rules want it.
    for (let at = 0; at < pcm.length; at += 320) {
      client.send(frameOf(pcm.subarray(at, at + 320)));
      if (at % 640 === 320) session.clock.advanceMs(20);
    }
    expect(session.clock.nowMs() - sentAtMs).toBeGreaterThan(0);
    return session.verdicts.filter((verdict) => verdict.startsWith('D-05'));
  };

  test('what takes 400 ms to catch up: nothing; 1,600 ms: strict', () => {
    expect(catchUp(800)).toEqual([]);
    expect(catchUp(3200)).toEqual(['D-05 strict']);
  });

  test('after a loss 1,500 ms may have been kept', () => {
    const rig = createSocaRig();
    rig.connect('fault=dropped&delayMs=10');
    rig.clock.advanceMs(700);
    expect(catchUp(2800, rig)).toEqual([]);
    expect(rig.verdicts).not.toContain('D-05 strict');
  });
});

describe('D-16, the URL', () => {
  test.each([
    ['private_key=demo-key', ['D-16 strict', 'S-01 fatal']],
    ['session_id=abc', ['D-16 strict']],
    ['auth=demo-key', ['D-16 strict', 'S-01 fatal']],
    ['v=2', []],
  ])('?%s', (query, verdicts) => {
    const rig = createSocaRig();
    const client = rig.connect(query);
    expect(client.course).toEqual(['ready', 'stt.ready']);
    expect(rig.verdicts).toEqual(verdicts);
  });

  test('the older path works in profile legacy only', () => {
    const opened = (profile: 'documented' | 'legacy') => {
      const rig = createSocaRig({ profile });
      const client = rig.open('', '/v1/voice-ws');
      rig.clock.advanceMs(10);
      return client.openedAtMs !== undefined;
    };
    expect([opened('documented'), opened('legacy')]).toEqual([false, true]);
  });
});

test('without an MP3 encoder sockets are refused, and sessions are still created', () => {
  const { network, openClient, sandbox, clock } = createRig();
  const client = openClient('ws://localhost:80/voice-ws');
  clock.advanceMs(10);
  expect([client.openedAtMs, client.closes[0]?.code]).toEqual([undefined, 1006]);
  expect(sandbox.ledger.connectionCount).toBe(0);
  expect(network.request({ url: SESSION_PATH, headers: key('demo-key') }).status).toBe(200);
});

test('neither key nor audio is in the ledger, whatever went wrong', () => {
  const rig = createSocaRig({ soca: { privateKey: 'sk-very-secret' } });
  const client = rig.open('auth=sk-very-secret');
  rig.clock.advanceMs(1);
  client.start({ private_key: 'sk-very-secret', sr: 'sk-very-secret' });
  const second = rig.open();
  rig.clock.advanceMs(1);
  second.start({ private_key: 'sk-very-secret-but-wrong' });
  rig.network.request({ url: SESSION_PATH, headers: key('sk-very-secret') });
  rig.clock.advanceMs(1000);
  expect(rig.sandbox.ledger.violations.length).toBeGreaterThan(2);
  expect(JSON.stringify(rig.sandbox.ledger)).not.toContain('sk-very-secret');
  expect(JSON.stringify([...client.messages, ...second.messages])).not.toContain('sk-very-secret');
});
