import { settlePromises } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { MemorySocket, receive } from '../../test/memorySocket.ts';
import { TestClock } from '../../test/relayClock.ts';
import { Refusal, type RefusalCode } from '../refusals.ts';
import type { Redeemed } from '../tokens/tokenBook.ts';
import type { Entry, RelayedVendor, UpstreamPlan } from '../vendors/relayVendor.ts';
import { Bridge, DEFAULT_BRIDGE_LIMITS, type BridgeEnding } from './bridge.ts';
import type { SocketEvents, UpstreamRequest } from './relaySocket.ts';

const SECRET = 'canary-key-9f8e7d6c5b4a';
const GRANT = { vendor: 'test', origin: 'https://app.example', holder: 'h', user: undefined };

interface RigOptions {
  readonly redeemed?: Redeemed | Promise<Redeemed>;
  readonly greeting?: Promise<readonly string[]>;
  readonly filter?: UpstreamPlan['filter'];
  readonly openFails?: RefusalCode;
  readonly entry?: 'upgrade';
}

/** A bridge with both of its sockets in memory. A first message `enter …` is an entry. */
function createRig(options: RigOptions = {}) {
  const clock = new TestClock();
  const client = new MemorySocket();
  const upstream = new MemorySocket();
  const requests: UpstreamRequest[] = [];
  const endings: BridgeEnding[] = [];
  const vendorCloses: number[] = [];
  let vendorEvents: SocketEvents | undefined;
  const plan: UpstreamPlan = {
    url: 'wss://vendor.example/voice',
    subprotocols: [],
    greeting: options.greeting ?? Promise.resolve([`{"key":"${SECRET}"}`]),
    secrets: [SECRET],
    onClosed: (code) => void vendorCloses.push(code),
    ...(options.filter && { filter: options.filter }),
  };
  const entry: Entry = {
    token: 'token',
    open: () => (options.openFails ? Promise.reject(new Refusal(options.openFails)) : Promise.resolve(plan)),
  };
  const vendor: RelayedVendor = {
    maxClientMessageBytes: 1000,
    maxVendorMessageBytes: 1000,
    readUpgrade: () => 'wait-for-message',
    readFirstMessage: (bytes) => (Buffer.from(bytes).toString().startsWith('enter') ? entry : undefined),
    farewellOf: (code) => ({ message: `sorry: ${code}`, closeCode: 4000 }),
  };
  const bridge = new Bridge(client, options.entry === 'upgrade' ? entry : undefined, {
    clock,
    vendor,
    connect(request, events) {
      requests.push(request);
      vendorEvents = events;
      return upstream;
    },
    redeem: () => Promise.resolve(options.redeemed ?? { ok: true, grant: GRANT }),
    limits: DEFAULT_BRIDGE_LIMITS,
    onEnded: (ending) => void endings.push(ending),
  });
  const rig = {
    ...{ clock, client, upstream, requests, endings, vendorCloses, bridge },
    clientSays: (text: string, isBinary = false) => receive(bridge.clientEvents, text, isBinary),
    vendor: (): SocketEvents => {
      if (vendorEvents === undefined) throw new Error('The bridge has opened no socket to the vendor.');
      return vendorEvents;
    },
    vendorSays: (text: string, isBinary = false) => receive(rig.vendor(), text, isBinary),
    async open() {
      if (options.entry !== 'upgrade') rig.clientSays('enter');
      await settlePromises();
      rig.vendor().onOpen();
      await settlePromises();
      upstream.log.length = 0;
    },
  };
  return rig;
}

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
