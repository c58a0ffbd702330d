// This file sends voice notes to a sandbox in the same process on virtual time, for the tests beside it.
import { loadDsp } from '@voicewire/dsp-wasm';
import type { NoteConversation, VoiceNoteVendor } from '@voicewire/protocol';
import { amigoNotes, createRequest, type AmigoNotesOptions } from '@voicewire/protocol/amigo-notes';
import { loadClips } from '@voicewire/sandbox';
import {
  createMemoryNetwork,
  createRandom,
  createSandbox,
  loadMp3Codec,
  type AgentFactory,
  type MemoryNetwork,
  type Sandbox,
  type SandboxOptions,
} from '@voicewire/sandbox/memory';
import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import {
  sendNote,
  VoiceError,
  type HttpExchange,
  type HttpHead,
  type HttpPort,
  type HttpUpload,
  type NoteContent,
  type NotePorts,
  type NoteTerms,
  type SendNoteOptions,
  type VoiceNoteEvent,
} from '../../src/index.ts';
import { Mp3Decoders } from '../../src/mp3/mp3Decoders.ts';
import { createDeferred } from '../../src/session/deferred.ts';
import { FakeClock, VirtualSpeaker } from '../../src/testing/index.ts';
import { concat } from './conversation.ts';

const BASE_URL = 'http://localhost';
const ORGANIZATION = 'demo-org';
const SERVICE_ID = '65f0c2a19b7d4e0012ab34cd';
/** 2026-11-21T12:00Z; the sandbox's own wall clock begins there too. */
export const EPOCH_MS = Date.UTC(2026, 10, 21, 12);

export const REPLY_TEXT = 'Zażółć 😀 is said now.';
export const REPLY_PCM = makeSpeech(1_200, 7);

const dsp = await loadDsp();
const clips = await loadClips();
const mp3 = await loadMp3Codec();

/** Speech at 16 kHz that is exact in 16 bits. */
export function makeSpeech(durationMs: number, seed: number): Int16Array {
  const speech = makeSpeechLike({ random: createSeededRandom(seed), sampleRate: 16_000, durationMs, noiseRatio: 0 });
  return Int16Array.from(speech, (value) => Math.round(value * 32_767));
}

export interface NoteRigOptions {
  readonly sandbox?: Partial<SandboxOptions>;
  readonly vendor?: Partial<AmigoNotesOptions>;
  /** One-way delay of the network, ms. */
  readonly delayMs?: number;
  /** What the agent says to every note; default: 1.2 s. */
  readonly reply?: Int16Array;
}

/** One user with one conversation, and a server that keeps to the rules. */
export interface NoteRig {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly network: MemoryNetwork;
  readonly vendor: VoiceNoteVendor;
  readonly conversation: NoteConversation;
  readonly speaker: VirtualSpeaker;
  readonly ports: NotePorts;
  /** Every upload that was made, with its time. */
  readonly uploads: readonly { readonly atMs: number; readonly upload: HttpUpload }[];
  /** Query of the n-th upload, e.g. `&fault=crlf`; counted from 0. */
  parametersOf: (upload: number) => string;
  /** Credentials that were asked for. */
  readonly issuedCount: number;
  /** Everything the speaker played, silence included. */
  played(): Float32Array;
  /** Hz of the last of it. */
  readonly playedRate: number;
  /** Begins a note; the events come as virtual time goes on. */
  send(options: Omit<NoteTerms, 'vendor'> & NoteContent): SentNote;
}

/** A note under way. */
export interface SentNote {
  readonly events: { readonly atMs: number; readonly event: VoiceNoteEvent }[];
  /** How the loop ended: undefined while it runs, null for well, else what it threw. */
  readonly outcome: unknown;
  /** NaN while it runs. */
  readonly endedMs: number;
  of<Type extends VoiceNoteEvent['type']>(type: Type): Extract<VoiceNoteEvent, { type: Type }>[];
  /** Moves time until the loop is over. */
  finish(limitMs?: number): Promise<SentNote>;
  /** The error that ended it. */
  error(): VoiceError;
}

export async function createNoteRig(options: NoteRigOptions = {}): Promise<NoteRig> {
  const decoders = new Mp3Decoders();
  const clock = new FakeClock(5_000, {
    // Bodies that come byte by byte take more promises than a clock waits for.
    settle: async () => {
      await decoders.idle();
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const { reply = REPLY_PCM } = options;
  const agent: AgentFactory = ({ say }) => ({
    userSpeechEnded: () => say({ text: REPLY_TEXT, pcm: reply }),
    userTextReceived: () => say({ text: REPLY_TEXT, pcm: reply }),
    opened: () => say({ text: 'Hi.', pcm: new Int16Array(160) }),
  });
  const sandbox = createSandbox({
    clock,
    random: createRandom(1),
    dsp,
    clips,
    mp3,
    agent,
    record: true,
    ...options.sandbox,
  });
  const network = createMemoryNetwork({ sandbox, clock, delayMs: options.delayMs ?? 0 });
  // Ready before virtual time runs: what takes real time would come late.
  decoders.prepare();
  await new Promise<void>((resolve) => decoders.run(resolve));
  const conversationId = await createConversationId(network, clock);
  const state = { issuedCount: 0, playedRate: 0 };
  const vendor = amigoNotes({
    organization: ORGANIZATION,
    baseUrl: BASE_URL,
    conversationId,
    credentials: () => {
      state.issuedCount += 1;
      return network.issueAmigoCredentials();
    },
    ...options.vendor,
  });
  const blocks: Float32Array[] = [];
  const speaker = new VirtualSpeaker({
    clock,
    dsp,
    onPlayed: (block, sampleRate) => {
      blocks.push(block.slice());
      state.playedRate = sampleRate;
    },
  });
  const uploads: { atMs: number; upload: HttpUpload }[] = [];
  const rig: NoteRig = {
    clock,
    sandbox,
    network,
    vendor,
    conversation: vendor.createConversation(),
    speaker,
    uploads,
    parametersOf: () => '',
    get issuedCount() {
      return state.issuedCount;
    },
    played: () => concat(blocks),
    get playedRate() {
      return state.playedRate;
    },
    ports: {
      clock,
      random: createSeededRandom(3).next,
      nowEpochMs: () => EPOCH_MS + clock.nowMs(),
      output: speaker,
      decoders,
      http: memoryHttp(network, (upload) => {
        uploads.push({ atMs: clock.nowMs(), upload });
        return rig.parametersOf(uploads.length - 1);
      }),
    },
    send: (note) => follow(rig, { vendor, conversation: rig.conversation, ...note }),
  };
  return rig;
}

/** The HTTP port over a network in memory. What is not read piles up here. */
export function memoryHttp(network: MemoryNetwork, parametersOf: (upload: HttpUpload) => string): HttpPort {
  return {
    post(upload): HttpExchange {
      const head = createDeferred<HttpHead>();
      head.promise.catch(() => undefined);
      const pieces: (Uint8Array | null | Error)[] = [];
      let wake: (() => void) | null = null;
      const add = (piece: Uint8Array | null | Error): void => {
        pieces.push(piece);
        wake?.();
        wake = null;
      };
      const fail = (error: Error): void => {
        head.reject(error);
        add(error);
      };
      const headers = Object.entries(upload.headers).map(([name, value]) => [name.toLowerCase(), value]);
      const exchange = network.exchange(
        {
          url: upload.url + parametersOf(upload),
          headers: Object.fromEntries(headers) as Record<string, string>,
          body: upload.body,
        },
        {
          onResponse: (answer) =>
            head.resolve({ status: answer.status, header: (name) => answer.headers[name.toLowerCase()] ?? null }),
          onChunk: (chunk) => add(chunk),
          onEnd: () => add(null),
          onDropped: () => fail(new TypeError('terminated')),
        },
      );
      return {
        head: head.promise,
        async read() {
          while (pieces.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          const piece = pieces[0] ?? null;
          if (piece instanceof Error) throw piece;
          if (piece !== null) pieces.shift();
          return piece;
        },
        cancel() {
          exchange.cancel();
          fail(new TypeError('aborted'));
        },
      };
    },
  };
}

function follow(rig: NoteRig, options: SendNoteOptions): SentNote {
  const events: { atMs: number; event: VoiceNoteEvent }[] = [];
  const state: { outcome: unknown; endedMs: number } = { outcome: undefined, endedMs: Number.NaN };
  const run = async (): Promise<void> => {
    try {
      for await (const event of sendNote(rig.ports, options)) events.push({ atMs: rig.clock.nowMs(), event });
      state.outcome = null;
    } catch (thrown) {
      state.outcome = thrown;
    }
    state.endedMs = rig.clock.nowMs();
  };
  void run();
  const note: SentNote = {
    events,
    get outcome() {
      return state.outcome;
    },
    get endedMs() {
      return state.endedMs;
    },
    of: (type) => events.flatMap(({ event }) => (event.type === type ? [event as never] : [])),
    async finish(limitMs = 400_000) {
      const isOver = await rig.clock.advanceUntil(() => state.outcome !== undefined, limitMs);
      if (!isOver) throw new Error(`The loop did not end within ${limitMs} virtual ms.`);
      return note;
    },
    error() {
      if (state.outcome instanceof VoiceError) return state.outcome;
      throw new Error(`There was no VoiceError but ${String(state.outcome)}.`);
    },
  };
  return note;
}

/** Makes a conversation and waits for its greeting to end. */
async function createConversationId(network: MemoryNetwork, clock: FakeClock): Promise<string> {
  const { token } = network.issueAmigoCredentials();
  const access = { organization: ORGANIZATION, baseUrl: BASE_URL, token };
  const { url, headers, body = '' } = createRequest(access, { response_format: 'text' }, { service_id: SERVICE_ID });
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  let text = '';
  let isOver = false;
  network.exchange(
    { url, headers: lowered, body },
    {
      onResponse: () => undefined,
      onChunk: (chunk) => (text += Buffer.from(chunk).toString('utf8')),
      onEnd: () => (isOver = true),
      onDropped: () => (isOver = true),
    },
  );
  await clock.advanceUntil(() => isOver, 60_000);
  const id = /"conversation_id":"([0-9a-f]{24})"/.exec(text)?.[1];
  if (id === undefined) throw new Error(`No conversation was made: ${text}`);
  return id;
}
