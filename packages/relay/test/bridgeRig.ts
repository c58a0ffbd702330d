// This file is a bridge with both of its sockets in memory, whose other ends are the test.
import { settlePromises } from '@voicewire/testkit';
import { MemorySocket, receive } from './memorySocket.ts';
import { TestClock } from './relayClock.ts';
import { Refusal, type RefusalCode } from '../src/refusals.ts';
import type { Redeemed } from '../src/tokens/tokenBook.ts';
import type { Entry, RelayedVendor, UpstreamPlan } from '../src/vendors/relayVendor.ts';
import { Bridge, DEFAULT_BRIDGE_LIMITS, type BridgeEnding } from '../src/bridge/bridge.ts';
import type { SocketEvents, UpstreamRequest } from '../src/bridge/relaySocket.ts';

/** What the vendor knows and the client must not. */
export const SECRET = 'canary-key-9f8e7d6c5b4a';
const GRANT = { vendor: 'test', origin: 'https://app.example', holder: 'h', user: undefined };

export interface RigOptions {
  readonly redeemed?: Redeemed | Promise<Redeemed>;
  readonly greeting?: Promise<readonly string[]>;
  readonly filter?: UpstreamPlan['filter'];
  readonly openFails?: RefusalCode;
  readonly entry?: 'upgrade';
}

/** A bridge with both of its sockets in memory. A first message `enter …` is an entry. */
export function createRig(options: RigOptions = {}) {
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
