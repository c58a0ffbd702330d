import { createSeededRandom, settlePromises, type SeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { Bridge, DEFAULT_BRIDGE_LIMITS, type BridgeEnding } from '../src/bridge/bridge.ts';
import type { SocketEvents } from '../src/bridge/relaySocket.ts';
import { REFUSALS, Refusal, type RefusalCode } from '../src/refusals.ts';
import type { RelayedVendor } from '../src/vendors/relayVendor.ts';
import { MemorySocket } from './memorySocket.ts';
import { TestClock } from './relayClock.ts';

/** `pnpm nightly` sets more. */
const SCHEDULE_COUNT = Number(process.env['VOICEWIRE_SCHEDULE_COUNT'] ?? 400);
const STEP_COUNT = 60;
const SECRET = 'canary-key-9f8e7d6c5b4a';
const CODES = [1000, 1001, 1005, 1006, 1011, 1015, 2999, 3000, 4000, 4999, 5000, 0];

/** Plays one schedule of everything that can happen to a bridge, in any order. @returns What was wrong; nothing is right. */
async function play(seed: number): Promise<string[]> {
  const random = createSeededRandom(seed);
  const clock = new TestClock();
  const [client, upstream] = [new MemorySocket(), new MemorySocket()];
  const endings: BridgeEnding[] = [];
  const faults: string[] = [];
  let vendorEvents: SocketEvents | undefined;
  let isVendorGone = false;
  let isClientGone = false;
  const vendor: RelayedVendor = {
    maxClientMessageBytes: 1000,
    maxVendorMessageBytes: 1000,
    readUpgrade: () => 'wait-for-message',
    readFirstMessage: (bytes) =>
      bytes.length % 7 === 6 ? undefined : { token: 't', open: () => delayed(random, clock, 'plan').then(() => plan) },
    farewellOf: (code) => ({ ...(random.next() < 0.5 && { message: code }), closeCode: 4000 }),
  };
  const plan = {
    url: 'wss://vendor.example',
    subprotocols: [],
    get greeting() {
      return delayed(random, clock, 'greeting').then(() => ['hello']);
    },
    secrets: [SECRET],
  };
  const bridge = new Bridge(client, undefined, {
    ...{ clock, vendor, limits: DEFAULT_BRIDGE_LIMITS },
    connect: (_request, events) => {
      vendorEvents = events;
      return upstream;
    },
    redeem: () =>
      delayed(random, clock, 'redeem').then(() =>
        random.next() < 0.1
          ? { ok: false, code: 'token-used' }
          : { ok: true, grant: { vendor: 'v', origin: undefined, holder: 'h', user: undefined } },
      ),
    onEnded: (ending) => void endings.push(ending),
  });
  let clientCount = 0;
  let vendorCount = 0;
  let isVendorOpen = false;
  const steps: Record<string, () => void> = {
    clientSays: () =>
      !isClientGone && bridge.clientEvents.onMessage(Buffer.from(`${clientCount++}`), random.next() < 0.5),
    vendorOpens: () => {
      if (vendorEvents !== undefined && !isVendorGone && !isVendorOpen && !upstream.log.includes('terminate')) {
        isVendorOpen = true;
        vendorEvents.onOpen();
      }
    },
    vendorSays: () => {
      if (!isVendorOpen || isVendorGone) return;
      const text = random.next() < 0.2 ? `${vendorCount++} key ${SECRET}` : `${vendorCount++}`;
      vendorEvents?.onMessage(Buffer.from(text), random.next() < 0.5);
    },
    clientStalls: () => void (client.isFast = false),
    vendorStalls: () => void (upstream.isFast = false),
    flush: () => {
      client.flush(Math.floor(random.next() * 5));
      upstream.flush(Math.floor(random.next() * 5));
    },
    timePasses: () => clock.advanceMs(random.next() < 0.1 ? 30_000 : random.next() * 600),
    pongs: () => {
      if (!isClientGone) bridge.clientEvents.onAlive();
      if (isVendorOpen && !isVendorGone) vendorEvents?.onAlive();
    },
    relayEnds: () => random.next() < 0.1 && bridge.refuse('relay-draining'),
    clientCloses: () => {
      if (isClientGone || random.next() > 0.15) return;
      isClientGone = true;
      bridge.clientEvents.onClose({
        code: CODES[Math.floor(random.next() * CODES.length)] ?? 0,
        reason: `é ${SECRET}`,
      });
    },
    vendorCloses: () => {
      if (vendorEvents === undefined || isVendorGone || random.next() > 0.15) return;
      isVendorGone = true;
      vendorEvents.onClose({ code: CODES[Math.floor(random.next() * CODES.length)] ?? 0, reason: `bad ${SECRET}` });
    },
  };
  const names = Object.keys(steps);
  for (let i = 0; i < STEP_COUNT; i++) {
    steps[names[Math.floor(random.next() * names.length)] ?? '']?.();
    if (random.next() < 0.5) await settlePromises();
    // As `ws` does: a socket that was dropped closes by itself.
    if (client.log.includes('terminate') && !isClientGone) {
      isClientGone = true;
      bridge.clientEvents.onClose({ code: 1006, reason: '' });
    }
  }
  if (!isClientGone) bridge.clientEvents.onClose({ code: 1006, reason: '' });
  await settlePromises();

  const inOrder = (what: string, sent: MemorySocket['sent']): void => {
    const numbers = sent
      .map(({ text }) => /^\d+/.exec(text)?.[0])
      .filter((text) => text !== undefined)
      .map(Number);
    if (numbers.some((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1))
      faults.push(`${what}: ${numbers.join(' ')}`);
  };
  inOrder('up', upstream.sent);
  inOrder('down', client.sent);
  if (endings.length !== 1) faults.push(`${endings.length} endings`);
  if (JSON.stringify([client.log, endings]).includes(SECRET)) faults.push('the secret is shown');
  const timerCount = clock.pendingTimerCount;
  if (timerCount > (delays.get(clock)?.size ?? 0)) faults.push(`${timerCount} timers left`);
  if (isVendorOpen && !isVendorGone && !/^close|^terminate/.test(upstream.lastLine ?? ''))
    faults.push('the vendor is left open');
  for (const line of [...client.log, ...upstream.log]) {
    const code = Number(/^close (\d+)/.exec(line)?.[1] ?? 1000);
    if (code < 1000 || (code > 1014 && code < 3000) || code > 4999 || [1004, 1006].includes(code)) faults.push(line);
  }
  return faults;
}

/** Timers of the test's own, which are no leaks. */
const delays = new WeakMap<TestClock, Set<string>>();

/** A promise that takes its time, and fails now and then. */
function delayed(random: SeededRandom, clock: TestClock, what: string): Promise<void> {
  const pending = delays.get(clock) ?? new Set();
  delays.set(clock, pending);
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  return new Promise((resolve, reject) => {
    const name = `${what} ${Math.floor(random.next() * 1e9)}`;
    const isFailing = random.next() < 0.05;
    const error = random.next() < 0.5 ? new Refusal(codes[0] ?? 'not-found') : new Error(`fault ${SECRET}`);
    pending.add(name);
    clock.setTimer(random.next() * 300, () => {
      pending.delete(name);
      if (isFailing) reject(error);
      else resolve();
    });
  });
}

describe('a bridge to which everything happens in any order', () => {
  test(`${SCHEDULE_COUNT} schedules of ${STEP_COUNT} steps: one ending each, in order, no secret, no timer, no socket left`, async () => {
    for (let seed = 1; seed <= SCHEDULE_COUNT; seed++) expect(await play(seed), `seed ${seed}`).toEqual([]);
  });
});
