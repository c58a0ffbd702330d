import { settlePromises } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { SECRET, createRig } from '../../test/bridgeRig.ts';
import type { RefusalCode } from '../refusals.ts';

describe('a bridge that opens', () => {
  test('sends the greeting, then what the client said meanwhile, in order, and then goes both ways', async () => {
    const rig = createRig();
    rig.clientSays('enter');
    for (const text of ['one', 'two']) rig.clientSays(text);
    await settlePromises();
    rig.clientSays('\x00\xff', true);
    expect(rig.upstream.log).toEqual([]);
    rig.vendor().onOpen();
    await settlePromises();
    rig.clientSays('four');
    rig.vendorSays('hello');
    rig.vendorSays('\x01', true);
    expect(rig.upstream.log).toEqual([
      `send text {"key":"${SECRET}"}`,
      'send text one',
      'send text two',
      'send binary \x00\xff',
      'send text four',
    ]);
    expect(rig.client.log).toEqual(['send text hello', 'send binary \x01']);
    expect(rig.requests).toEqual([{ url: 'wss://vendor.example/voice', subprotocols: [], maxMessageBytes: 1000 }]);
  });

  test('waits for a greeting that is slower than the socket', async () => {
    let ready: (words: readonly string[]) => void = () => undefined;
    const rig = createRig({ greeting: new Promise((resolve) => (ready = resolve)) });
    await rig.open();
    rig.clientSays('early');
    expect(rig.upstream.log).toEqual([]);
    ready(['greeting']);
    await settlePromises();
    expect(rig.upstream.log).toEqual(['send text greeting', 'send text early']);
  });

  test('passes on what the vendor says before the greeting', async () => {
    const rig = createRig({ greeting: new Promise(() => undefined) });
    await rig.open();
    rig.vendorSays('welcome');
    expect(rig.client.log).toEqual(['send text welcome']);
  });

  test('reads no more of the client once 262,144 bytes wait, and goes on when they have left', async () => {
    const rig = createRig();
    rig.clientSays('enter');
    const message = 'x'.repeat(10_000);
    let count = 0;
    while (!rig.client.isPaused) {
      rig.clientSays(message, true);
      count++;
    }
    expect(count).toBe(27);
    await settlePromises();
    rig.vendor().onOpen();
    await settlePromises();
    expect(rig.client.isPaused).toBe(false);
    expect(rig.upstream.sent.filter(({ isBinary }) => isBinary)).toHaveLength(27);
  });

  test.each<[RefusalCode]>([['token-invalid'], ['token-expired'], ['token-used']])(
    'with a token that is %s ends in words that the client knows, and never calls the vendor',
    async (code) => {
      const rig = createRig({ redeemed: { ok: false, code } });
      rig.clientSays('enter');
      await settlePromises();
      expect(rig.client.log[0]).toBe(`send text sorry: ${code}`);
      expect(rig.client.lastLine).toMatch(/^close 4000 The token|^close 4000 This token/);
      expect(rig.requests).toEqual([]);
      rig.bridge.clientEvents.onClose({ code: 4000, reason: '' });
      expect(rig.endings).toMatchObject([{ endedBy: 'relay', refusal: code, closeCode: 4000 }]);
      expect(rig.clock.pendingTimerCount).toBe(0);
    },
  );

  test('ends when the first message is none, when it does not come in 5,000 ms, and when nothing opens in 9,000', async () => {
    const wrong = createRig();
    wrong.clientSays('hello');
    expect(wrong.client.log[0]).toBe('send text sorry: first-message-invalid');
    const silent = createRig();
    silent.clock.advanceMs(4_999);
    expect(silent.client.log).toEqual([]);
    silent.clock.advanceMs(1);
    expect(silent.client.log[0]).toBe('send text sorry: first-message-late');
    const slow = createRig();
    slow.clientSays('enter');
    await settlePromises();
    slow.clock.advanceMs(8_999);
    expect(slow.client.log).toEqual([]);
    slow.clock.advanceMs(1);
    expect(slow.client.log[0]).toBe('send text sorry: vendor-unavailable');
    expect(slow.upstream.log).toEqual(['terminate']);
  });

  test('shows nothing of a fault: a refusal by its code, anything else as a vendor that is not there', async () => {
    const refused = createRig({ openFails: 'not-allowed' });
    refused.clientSays('enter');
    await settlePromises();
    expect(refused.client.log[0]).toBe('send text sorry: not-allowed');
    const broken = createRig({ greeting: Promise.reject(new Error(`no ${SECRET}`)) });
    broken.clientSays('enter');
    await settlePromises();
    expect(broken.client.log).toEqual(['send text sorry: vendor-unavailable', expect.stringMatching(/^close 4000/)]);
    expect(broken.client.log.join()).not.toContain(SECRET);
    expect(broken.upstream.log).toEqual(['terminate']);
  });

  test('a client that leaves before the vendor is there leaves no socket behind', async () => {
    const early = createRig();
    early.clientSays('enter');
    early.bridge.clientEvents.onClose({ code: 1001, reason: '' });
    await settlePromises();
    expect(early.requests).toEqual([]);
    const later = createRig();
    later.clientSays('enter');
    await settlePromises();
    later.bridge.clientEvents.onClose({ code: 1006, reason: '' });
    expect(later.upstream.log).toEqual(['terminate']);
    for (const { clock, endings } of [early, later]) {
      expect(endings).toHaveLength(1);
      expect(clock.pendingTimerCount).toBe(0);
    }
  });
});

describe('a bridge whose sockets close', () => {
  test.each([
    [1000, 'bye', 'close 1000 bye'],
    [1001, '', 'close 1001'],
    [3000, 'unauthorized', 'close 3000 unauthorized'],
    [4029, 'slow down', 'close 4029 slow down'],
    [1005, '', 'close 1005'],
    [1006, '', 'terminate'],
    [1015, '', 'terminate'],
    [2999, 'odd', 'close 1011 odd'],
  ])('the vendor’s %d with reason "%s" reaches the client as "%s"', async (code, reason, line) => {
    const rig = createRig();
    await rig.open();
    rig.vendor().onClose({ code, reason });
    expect(rig.client.lastLine).toBe(line);
    expect(rig.vendorCloses).toEqual([code]);
    rig.bridge.clientEvents.onClose({ code, reason });
    expect(rig.endings).toMatchObject([{ endedBy: 'vendor', closeCode: code }]);
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test.each([
    [1000, 'close 1000 bye'],
    [1001, 'close 1001 bye'],
    [4001, 'close 4001 bye'],
    [1005, 'close 1005 bye'],
    [1006, 'close 1001 bye'],
  ])('the client’s %d reaches the vendor as "%s"', async (code, line) => {
    const rig = createRig();
    await rig.open();
    rig.bridge.clientEvents.onClose({ code, reason: 'bye' });
    expect(rig.upstream.lastLine).toBe(line);
    expect(rig.endings).toMatchObject([{ endedBy: 'client', closeCode: code }]);
    expect(rig.clock.pendingTimerCount).toBe(0);
  });

  test('what the vendor said before it was lost is delivered before the client is dropped', async () => {
    const rig = createRig();
    await rig.open();
    rig.client.isFast = false;
    for (const text of ['last', 'words']) rig.vendorSays(text);
    rig.vendor().onClose({ code: 1006, reason: '' });
    rig.client.flush(1);
    expect(rig.client.lastLine).toBe('send text words');
    rig.client.flush(1);
    expect(rig.client.lastLine).toBe('terminate');
  });

  test('a goodbye that is not answered in 2,000 ms ends all the same', async () => {
    const rig = createRig();
    await rig.open();
    rig.vendor().onClose({ code: 1000, reason: '' });
    rig.clock.advanceMs(1_999);
    expect(rig.client.lastLine).toBe('close 1000');
    rig.clock.advanceMs(1);
    expect(rig.client.lastLine).toBe('terminate');
  });

  test('nothing is carried after the goodbye, whatever still arrives', async () => {
    const rig = createRig();
    await rig.open();
    rig.bridge.refuse('relay-draining');
    const lines = rig.client.log.length;
    rig.clientSays('late');
    rig.vendorSays('late');
    rig.vendor().onClose({ code: 1000, reason: '' });
    rig.bridge.refuse('flooded');
    expect(rig.client.log).toHaveLength(lines);
    expect(rig.upstream.log).toEqual(['close 1000']);
  });
});
