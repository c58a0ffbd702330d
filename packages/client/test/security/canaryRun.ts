// This file lets hostile servers quote a session's secrets wherever they can, and looks for them in all that comes out.
import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import { createSeededRandom, type SeededRandom } from '@voicewire/testkit';
import {
  createSession,
  type SessionEventName,
  type SocketConnector,
  type SocketHandlers,
  type VoiceSession,
} from '../../src/index.ts';
import { FakeClock, VirtualMicrophone, VirtualSpeaker } from '../../src/testing/index.ts';
import type { CanaryVendor } from './canaryVendors.ts';
import { captureConsole, show, Shown } from './shown.ts';
import { hostileMessage, quote } from './quotations.ts';

/** What a run saw. */
export interface CanaryReport {
  /** Where a secret, or the better part of one, came out; with what was around it. */
  readonly leaks: readonly string[];
  /** Hostile messages that arrived. */
  readonly messageCount: number;
  /** Texts that were searched: events, errors, reports, logs. */
  readonly shownCount: number;
  /** Of them, those in which something was masked. */
  readonly maskedCount: number;
  /** Messages of ours that held a secret: without any, nothing could have been quoted. */
  readonly sentSecretCount: number;
}

const MESSAGES_PER_SESSION = 50;
const CLOSE_CODES = [1000, 1001, 1006, 1008, 1011, 3000, 4000, 4003, 4029, 4500];
const EVENTS: readonly SessionEventName[] = [
  'statusChanged',
  'agentStateChanged',
  'agentSpeechStarted',
  'agentSpeechEnded',
  'userSpeechStarted',
  'userSpeechEnded',
  'transcript',
  'agentText',
  'turnCompleted',
  'agentAction',
  'congested',
  'speechLost',
  'interrupted',
  'devicesChanged',
  'playbackBlocked',
  'error',
  'disconnected',
  'unknownMessage',
  'raw',
];

let loadedDsp: Promise<Dsp> | null = null;

/** Sends `messageCount` hostile messages to sessions of one vendor. */
export async function runCanary(canary: CanaryVendor, messageCount: number, seed: number): Promise<CanaryReport> {
  const dsp = await (loadedDsp ??= loadDsp());
  const random = createSeededRandom(seed);
  const shown = new Shown(canary.canaries);
  const restoreConsole = captureConsole((text) => shown.add(`console: ${text}`));
  let sentSecretCount = 0;
  try {
    for (let sent = 0; sent < messageCount; sent += MESSAGES_PER_SESSION)
      sentSecretCount += await playSession(canary, dsp, random, shown);
  } finally {
    restoreConsole();
  }
  const { leaks, shownCount, maskedCount } = shown;
  return { leaks, messageCount, shownCount, maskedCount, sentSecretCount };
}

/** @returns How many messages of ours held a secret. */
async function playSession(canary: CanaryVendor, dsp: Dsp, random: SeededRandom, shown: Shown): Promise<number> {
  const clock = new FakeClock(1_000);
  let handlers: SocketHandlers | undefined;
  let sentSecretCount = 0;
  const countSecrets = (text: string): void => {
    if (canary.canaries.some((secret) => text.includes(secret))) sentSecretCount++;
  };
  const sockets: SocketConnector = {
    connect(request, given) {
      countSecrets(`${request.url} ${request.subprotocols.join(' ')}`);
      handlers = given;
      return {
        send: (data) => void (typeof data === 'string' && countSecrets(data)),
        close: () => undefined,
        bufferedAmountBytes: 0,
      };
    },
  };
  const session = createSession(
    {
      clock,
      sockets,
      input: new VirtualMicrophone({ clock, dsp, sampleRate: 16_000 }),
      output: new VirtualSpeaker({ clock, dsp }),
    },
    { vendor: canary.vendor, reconnect: false, onListenerFault: (fault) => shown.add(show(fault)) },
  );
  for (const name of EVENTS) session.on(name, (event) => shown.add(`${name}: ${show(event)}`));
  session.connect().catch((error: unknown) => shown.add(`connect: ${show(error)}`));
  await clock.advance(0);
  handlers?.onOpen();
  // Some servers are hostile from the beginning.
  if (random.next() < 0.8)
    for (const text of canary.welcome) {
      handlers?.onMessage(text);
      await clock.advance(0);
    }
  for (let i = 0; i < MESSAGES_PER_SESSION; i++) {
    handlers?.onMessage(hostileMessage(canary, random));
    if (random.next() < 0.1) await clock.advance(20);
    if (random.next() < 0.05) tryCommands(session, shown);
  }
  shown.add(`report: ${show(session.exportReport())} ${show(session.stats())}`);
  if (random.next() < 0.5) {
    const code = CLOSE_CODES[Math.floor(random.next() * CLOSE_CODES.length)] ?? 1006;
    handlers?.onClose({ code, reason: quote(canary, random), wasClean: code !== 1006 });
  }
  void session.disconnect();
  await clock.advance(3_000);
  return sentSecretCount;
}

/** Not awaited: without a connection they wait for one. */
function tryCommands(session: VoiceSession, shown: Shown): void {
  for (const done of [session.sendUserMessage('hello'), session.sendRaw({ type: 'client.extend-timeout' })])
    done.catch((error: unknown) => shown.add(`command: ${show(error)}`));
}
