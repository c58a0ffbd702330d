import { settlePromises } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { SECRET, createRig } from '../../test/bridgeRig.ts';
import type { UpstreamPlan } from '../vendors/relayVendor.ts';

describe('a bridge under load', () => {
  test('a client that does not read: the vendor is paused at 262,144 bytes and resumed at 65,536, and nothing is lost', async () => {
    const rig = createRig();
    await rig.open();
    rig.client.isFast = false;
    let count = 0;
    while (!rig.upstream.isPaused) {
      rig.vendorSays(`${count}`.padEnd(10_000, '.'), true);
      count++;
    }
    expect(rig.client.maxBufferedBytes).toBeLessThanOrEqual(272_144);
    rig.client.flush(count - 7);
    expect(rig.upstream.isPaused).toBe(true);
    rig.client.flush(1);
    expect(rig.upstream.isPaused).toBe(false);
    expect(rig.client.sent.map(({ text }) => Number.parseInt(text, 10))).toEqual([...Array(count).keys()]);
  });

  test('a vendor that does not read pauses the client the same way', async () => {
    const rig = createRig();
    await rig.open();
    rig.upstream.isFast = false;
    for (let i = 0; i < 27; i++) rig.clientSays('y'.repeat(10_000), true);
    expect(rig.client.isPaused).toBe(true);
    rig.upstream.flush();
    expect(rig.client.isPaused).toBe(false);
  });

  test('400 messages in 2,000 ms go through and the 401st ends it; 200 a second go on for a minute', async () => {
    const rig = createRig();
    await rig.open();
    for (let i = 0; i < 399; i++) rig.clientSays('');
    expect(rig.client.log).toEqual([]);
    rig.clientSays('');
    expect(rig.client.log).toEqual(['send text sorry: flooded', expect.stringMatching(/^close 4000/)]);
    const steady = createRig();
    await steady.open();
    for (let i = 0; i < 12_000; i++) {
      steady.clock.advanceMs(5);
      steady.clientSays('');
      steady.bridge.clientEvents.onAlive();
      steady.vendor().onAlive();
    }
    expect(steady.client.log).toEqual([]);
  });

  test('ends after four hours', async () => {
    const rig = createRig();
    await rig.open();
    for (let ms = 0; ms < 14_400_000 - 1_000; ms += 500) {
      rig.clock.advanceMs(500);
      rig.bridge.clientEvents.onAlive();
      rig.vendor().onAlive();
    }
    expect(rig.client.log).toEqual([]);
    rig.clock.advanceMs(1_000);
    expect(rig.client.log[0]).toBe('send text sorry: session-too-long');
  });
});

describe('a bridge with a dead side', () => {
  test('a vendor that answers nothing is given up after 1,000 + 1,250 ms, and the client is dropped', async () => {
    const rig = createRig();
    await rig.open();
    rig.clock.advanceMs(1_000);
    expect(rig.upstream.pingCount).toBe(1);
    rig.clock.advanceMs(1_249);
    expect(rig.client.log).toEqual([]);
    rig.clock.advanceMs(1);
    expect(rig.upstream.lastLine).toBe('terminate');
    expect(rig.client.lastLine).toBe('terminate');
    rig.bridge.clientEvents.onClose({ code: 1006, reason: '' });
    expect(rig.endings).toMatchObject([{ endedBy: 'relay', refusal: 'connection-dead' }]);
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test('a client that answers nothing is given up after 20 s, and the vendor is told', async () => {
    const rig = createRig();
    await rig.open();
    const keepVendor = (ms: number): void => {
      for (let i = 0; i < ms; i += 250) {
        rig.clock.advanceMs(250);
        rig.vendor().onAlive();
      }
    };
    keepVendor(19_750);
    expect(rig.client.log).toEqual([]);
    expect(rig.client.pingCount).toBe(1);
    keepVendor(250);
    expect(rig.client.lastLine).toBe('terminate');
    rig.bridge.clientEvents.onClose({ code: 1006, reason: '' });
    expect(rig.upstream.lastLine).toBe('close 1001');
    expect(rig.endings).toMatchObject([{ refusal: 'connection-dead', closeCode: 1006 }]);
  });

  test('one that answers pings lives, for an hour of silence', async () => {
    const rig = createRig();
    await rig.open();
    let pings = 0;
    for (let i = 0; i < 14_400; i++) {
      rig.clock.advanceMs(250);
      if (rig.upstream.pingCount + rig.client.pingCount > pings) {
        rig.vendor().onAlive();
        rig.bridge.clientEvents.onAlive();
        pings = rig.upstream.pingCount + rig.client.pingCount;
      }
    }
    expect(pings).toBeGreaterThan(2_000);
    expect(rig.client.log).toEqual([]);
  });

  test('a client that talks and never reads is given up after 30 s without a byte leaving', async () => {
    const rig = createRig();
    await rig.open();
    rig.client.isFast = false;
    rig.vendorSays('unread', true);
    const talk = (ms: number): void => {
      for (let i = 0; i < ms; i += 250) {
        rig.clock.advanceMs(250);
        rig.clientSays('talk', true);
        rig.vendor().onAlive();
      }
    };
    talk(29_750);
    expect(rig.client.lastLine).toBe('send binary unread');
    talk(500);
    expect(rig.client.lastLine).toBe('terminate');
  });
});

describe('a bridge and the server’s secrets', () => {
  test('what the vendor quotes of the key does not reach the client, in text, audio or a close reason', async () => {
    const rig = createRig();
    await rig.open();
    rig.vendorSays(`{"type":"error","message":"bad key ${SECRET}"}`);
    rig.vendorSays(`\x00${SECRET}\xff`, true);
    rig.vendor().onClose({ code: 4003, reason: `bad key ${SECRET}` });
    rig.bridge.clientEvents.onClose({ code: 4003, reason: '' });
    const seen = [...rig.client.log, JSON.stringify(rig.endings)].join('\n');
    expect(seen).not.toContain(SECRET);
    expect(seen).toContain('bad key ***');
    expect(rig.endings).toMatchObject([{ maskedCount: 2 }]);
    expect(rig.client.sent.map(({ text }) => text.length)).toEqual([60, 25]);
  });

  test('a message that the vendor’s filter takes out ends the connection, also one that came early', async () => {
    const filter: UpstreamPlan['filter'] = (bytes) =>
      Buffer.from(bytes).includes('bad') ? undefined : Buffer.from(`<${Buffer.from(bytes).toString()}>`);
    const rig = createRig({ filter });
    rig.clientSays('enter');
    for (const text of ['good', 'bad', 'good']) rig.clientSays(text);
    await settlePromises();
    rig.vendor().onOpen();
    await settlePromises();
    expect(rig.upstream.log).toEqual([`send text {"key":"${SECRET}"}`, 'send text <good>', 'close 1000']);
    expect(rig.client.log[0]).toBe('send text sorry: not-allowed');
  });
});
