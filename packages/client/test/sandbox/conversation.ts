// This file puts a client and a sandbox into one process on one virtual clock, for the tests beside it.
import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import type { Vendor } from '@voicewire/protocol';
import { amigo, type AmigoOptions } from '@voicewire/protocol/amigo';
import { soca } from '@voicewire/protocol/soca';
import { voiceApi } from '@voicewire/protocol/voice-api';
import { loadClips } from '@voicewire/sandbox';
import {
  MEMORY_AUTHORITY,
  createMemoryNetwork,
  createRandom,
  createSandbox,
  loadMp3Codec,
  type MemoryNetwork,
  type Mp3Codec,
  type SandboxOptions,
} from '@voicewire/sandbox/memory';
import { Mp3Decoders } from '../../src/mp3/mp3Decoders.ts';
import {
  createSession,
  type AudioDevices,
  type AudioInput,
  type SessionEventName,
  type SessionEvents,
  type SessionOptions,
  type SessionPorts,
  type SocketConnector,
  type VoiceSession,
} from '../../src/index.ts';
import { nodeBase64 } from '../../src/node/nodeBase64.ts';
import { FakeClock, VirtualMicrophone, VirtualSpeaker } from '../../src/testing/index.ts';

/** Everything a test may want to look at. */
export interface Conversation {
  readonly clock: FakeClock;
  readonly session: VoiceSession;
  readonly microphone: VirtualMicrophone;
  /** The server that runs now. */
  readonly sandbox: ReturnType<typeof createSandbox>;
  /** Sends every client away and starts a new server in the place of the old one. */
  restart(): void;
  /** Everything the speaker played, silence included. */
  played(): Float32Array;
  /** Events in order, without `raw`. */
  readonly events: { readonly name: SessionEventName; readonly event: unknown; readonly atMs: number }[];
  eventsOf<Name extends SessionEventName>(name: Name): SessionEvents[Name][];
}

export interface ConversationOptions {
  readonly sandbox?: Partial<SandboxOptions>;
  readonly faults?: Parameters<ReturnType<typeof createMemoryNetwork>['issueVoiceApiCredentials']>[0];
  /** The same per connection attempt, counted from 0. */
  readonly faultsOfAttempt?: (attempt: number) => ConversationOptions['faults'];
  /** One-way delay of the network, ms. */
  readonly delayMs?: number;
  readonly microphoneRate?: number;
  readonly speakerRate?: number;
  readonly skew?: { readonly offsetMs: number; readonly driftPpm: number };
  readonly reconnect?: SessionOptions['reconnect'];
  /** Devices to choose from. Default: none, as in Node. */
  readonly devices?: AudioDevices;
  /** Whom to talk to. Default: the Voice API. */
  readonly vendor?: TestVendor;
  /** What the client gets for credentials; default: a fresh token of the sandbox. */
  readonly credentials?: () => unknown;
  /** What stands between the session and the microphone. Default: nothing. */
  readonly wrapInput?: (microphone: VirtualMicrophone) => AudioInput;
  /** Where the client's attempts go, counted from 0: for what a sandbox does when its address asks for it. */
  readonly addressOf?: (url: string, attempt: number) => string;
  /** Listens in: gets what the session is about to be made of, and gives what it is made of. */
  readonly tap?: (made: SessionMaterial) => SessionMaterial;
  /** Receives everything that is played, silence included; then `played()` stays empty. Valid during the call. */
  readonly onPlayed?: (block: Float32Array, sampleRate: number) => void;
}

/** What a session is made of. */
export interface SessionMaterial {
  readonly ports: SessionPorts;
  readonly options: SessionOptions;
}

/** A vendor that the sandbox serves, with its options. */
export type TestVendor =
  | { readonly id: 'voice-api' }
  | { readonly id: 'amigo'; readonly options?: Partial<AmigoOptions> }
  | { readonly id: 'soca' };

const AMIGO_SERVICE = '65f0c2a19b7d4e0012ab34cd';
const SOCA_AGENT = '68aa00bb11cc22dd33ee44ff';

let loadedMp3: Promise<Mp3Codec> | null = null;
let loadedDsp: Promise<Dsp> | null = null;
let loadedClips: Promise<Uint8Array> | null = null;
/** Starting one takes longer than a conversation. */
const mp3Decoders = new Mp3Decoders();

/** Not connected yet. */
export async function createConversation(options: ConversationOptions = {}): Promise<Conversation> {
  const dsp = await (loadedDsp ??= loadDsp());
  const clips = await (loadedClips ??= loadClips());
  const mp3 = await (loadedMp3 ??= loadMp3Codec());
  const isCompressed = sendsMp3(options.vendor);
  const clock = new FakeClock(1_000_000, isCompressed ? { settle: () => mp3Decoders.idle() } : {});
  const start = (seed: number) => {
    const sandbox = createSandbox({
      clock,
      random: createRandom(seed),
      dsp,
      clips,
      mp3,
      record: true,
      ...options.sandbox,
    });
    return { sandbox, network: createMemoryNetwork({ sandbox, clock, delayMs: options.delayMs ?? 0 }) };
  };
  let server = start(1);
  let attempt = 0;
  const { microphoneRate = 16_000, speakerRate, skew } = options;
  const blocks: Float32Array[] = [];
  const microphone = new VirtualMicrophone({ clock, dsp, sampleRate: microphoneRate, ...(skew && { skew }) });
  const output = new VirtualSpeaker({
    clock,
    dsp,
    onPlayed: options.onPlayed ?? ((block) => void blocks.push(block.slice())),
    ...(speakerRate !== undefined && { sampleRate: speakerRate }),
    ...(skew && { skew }),
  });
  const issue = () => {
    const faults = options.faultsOfAttempt?.(attempt) ?? options.faults;
    attempt += 1;
    return server.network.issueVoiceApiCredentials(faults);
  };
  let dialled = 0;
  const sockets: SocketConnector = {
    connect({ url, ...request }, handlers) {
      const address = options.addressOf?.(url, dialled++) ?? url;
      return server.network.sockets.connect({ ...request, url: address }, handlers);
    },
  };
  // Tests of wrong credentials give what no type allows.
  const credentials = (options.credentials ?? issue) as typeof issue;
  if (isCompressed) {
    // Ready before virtual time runs: what takes real time would come late.
    mp3Decoders.prepare();
    await mp3Decoders.idle();
  }
  const material: SessionMaterial = {
    ports: {
      clock,
      sockets,
      base64: nodeBase64,
      input: options.wrapInput?.(microphone) ?? microphone,
      output,
      decoders: mp3Decoders,
      ...(options.devices && { devices: options.devices }),
    },
    options: {
      vendor: createVendor(options.vendor, credentials, () => server.network),
      ...(options.reconnect !== undefined && { reconnect: options.reconnect }),
    },
  };
  const tapped = options.tap?.(material) ?? material;
  const session = createSession(tapped.ports, tapped.options);
  const events = recordEvents(session, clock);
  return {
    clock,
    session,
    microphone,
    get sandbox() {
      return server.sandbox;
    },
    restart() {
      server.sandbox.close();
      server = start(2);
    },
    played: () => concat(blocks),
    events,
    eventsOf: (name) => events.filter((entry) => entry.name === name).map((entry) => entry.event as never),
  };
}

function createVendor(
  vendor: TestVendor = { id: 'voice-api' },
  voiceApiCredentials: () => ReturnType<MemoryNetwork['issueVoiceApiCredentials']>,
  network: () => MemoryNetwork,
): Vendor {
  switch (vendor.id) {
    case 'voice-api':
      return voiceApi({ credentials: voiceApiCredentials });
    case 'amigo':
      return amigo({
        organization: 'demo-org',
        serviceId: AMIGO_SERVICE,
        baseUrl: `http://${MEMORY_AUTHORITY}`,
        credentials: () => network().issueAmigoCredentials(),
        ...vendor.options,
      });
    case 'soca':
      return soca({
        agentId: SOCA_AGENT,
        url: `ws://${MEMORY_AUTHORITY}/voice-ws`,
        language: 'en',
        credentials: () => network().issueSocaCredentials(),
      });
  }
}

function sendsMp3(vendor: TestVendor | undefined): boolean {
  return vendor?.id === 'soca' || (vendor?.id === 'amigo' && vendor.options?.audioFormat === 'mp3');
}

const RECORDED = [
  'statusChanged',
  'agentStateChanged',
  'agentSpeechStarted',
  'agentSpeechEnded',
  'interrupted',
  'handedOver',
  'error',
  'disconnected',
  'unknownMessage',
  'congested',
  'speechLost',
  'transcript',
  'agentText',
  'turnCompleted',
] as const satisfies readonly SessionEventName[];

function recordEvents(session: VoiceSession, clock: FakeClock): Conversation['events'] {
  const events: { name: SessionEventName; event: unknown; atMs: number }[] = [];
  for (const name of RECORDED) session.on(name, (event) => void events.push({ name, event, atMs: clock.nowMs() }));
  return events;
}

/** Moves time until the promise settles. @returns What it gave, or the error it was rejected with. */
export async function settle(clock: FakeClock, promise: Promise<unknown>, limitMs = 60_000): Promise<unknown> {
  let outcome: { value: unknown } | null = null;
  promise.then(
    (value: unknown) => (outcome = { value }),
    (error: unknown) => (outcome = { value: error }),
  );
  const isSettled = await clock.advanceUntil(() => outcome !== null, limitMs);
  if (!isSettled) throw new Error(`Nothing settled within ${limitMs} virtual ms.`);
  return (outcome as unknown as { value: unknown }).value;
}

export function concat(blocks: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
  }
  return joined;
}
