// This file talks to each vendor's server in the same way, whatever happens to the connection, and writes down what comes
// over the wire: for tests that compare scenarios.
import { encodeBase64 } from '@voicewire/protocol/wire';
import type { FakeClock } from '@voicewire/testkit';
import type { AgentFactory, Scenario } from '../../src/core.ts';
import { loadMp3Codec } from '../../src/core.ts';
import { PCM_CONFIG, PREFIX, SOCKET_PATH, START, VOICE } from './amigoRig.ts';
import { NotesClient } from './notesClient.ts';
import type { Rig } from './rig.ts';
import { createRig, makeUserSpeech } from './rig.ts';
import { AGENT_ID } from './socaRig.ts';
import { TestClient } from './testClient.ts';

const mp3 = await loadMp3Codec();
const BEARER = { authorization: 'Bearer demo-key' };
const WORDS = makeUserSpeech(1200);
/** What the user does, in order: listens, talks, listens, talks into the answer, listens. */
const COURSE: readonly (readonly [kind: 'silence' | 'speech', ms: number])[] = [
  ['silence', 1500],
  ['speech', 1200],
  ['silence', 1000],
  ['speech', 1200],
  ['silence', 4500],
];
/** What the agent says: half a second when it greets, 3.5 s when it answers. No two frames are alike. */
const GREETING = rampOf(500);
const ANSWER = rampOf(3500);

/** Greets, answers, and stops when it is interrupted. */
const AGENT: AgentFactory = (context) => ({
  opened: () => context.say({ text: 'Hello there.', pcm: GREETING }),
  userSpeechStarted: () => context.stopSpeaking(),
  userSpeechEnded: () => context.say({ text: 'So that is what you say.', pcm: ANSWER }),
});

/** One thing that a client saw. */
export interface Seen {
  /** From the beginning of the dialogue. */
  readonly atMs: number;
  readonly what: string;
  /** Length of a message; 0 otherwise. */
  readonly length: number;
}

/** A whole dialogue. */
export interface Dialogue {
  readonly seen: readonly Seen[];
  readonly openedAtMs: number | undefined;
  readonly closes: readonly { readonly code: number; readonly reason: string; readonly atMs: number }[];
  /** Most that lay unsent at the client, in bytes. */
  readonly backedUpBytes: number;
}

/** Talks for 10 s of virtual time. */
export type Talk = (scenario: Scenario) => Dialogue;

/** A way to talk per vendor, by the keys of `Scenario.faults`. */
export const TALKS: Readonly<Record<keyof Scenario['faults'], Talk>> = {
  voiceApi: (scenario) => {
    const rig = rigFor(scenario);
    const response = rig.network.request({ url: '/api/v1/sdk/token', headers: BEARER });
    const answer = { atMs: 0, what: `token ${response.status} ${shortened(response.body)}`, length: 0 };
    const credentials = tryParse(response.body) as { token?: string; ws_url?: string } | undefined;
    if (credentials?.ws_url === undefined)
      return { seen: [answer], openedAtMs: undefined, closes: [], backedUpBytes: 0 };
    const client = new TestClient(rig.network, rig.clock, credentials.ws_url);
    const dialogue = talk(rig.clock, client, {
      frameMs: 20,
      begin: () => client.sendToken(credentials.token ?? ''),
      // Audio may come once `connected` is there.
      isReady: () => client.types.includes('connected'),
      send: (pcm) => client.send(bytesOf(pcm)),
    });
    const where = { atMs: 0, what: new URL(credentials.ws_url).origin, length: 0 };
    return { ...dialogue, seen: [where, ...dialogue.seen] };
  },
  amigo: (scenario) => {
    const rig = rigFor(scenario);
    const notes = new NotesClient(rig.network, rig.clock);
    const { status } = notes.signIn();
    const signedIn = { atMs: 0, what: `sign-in ${status}`, length: 0 };
    // Turn detection goes with PCM only; for MP3, the greeting has to do.
    const isMp3 = scenario.faults.amigo?.some((fault) => fault === 'id3-first') ?? false;
    const query = isMp3 ? VOICE.replace('=pcm', '=mp3') : VOICE;
    const url = `ws://localhost:80${SOCKET_PATH}?${query}`;
    const client = new TestClient(rig.network, rig.clock, url, [PREFIX + (notes.token || 'none')]);
    const saw = (type: string): boolean => client.types.includes(`server.${type}`);
    let isConfigured = false;
    let hasAsked = false;
    const dialogue = talk(rig.clock, client, {
      frameMs: 60,
      begin: () => client.send(JSON.stringify(START)),
      isReady: () => {
        if (saw('conversation-created') && !hasAsked && !isMp3) {
          hasAsked = true;
          client.send(JSON.stringify({ type: 'client.switch-vad-mode', vad_mode_on: true }));
        }
        return saw('vad-mode-switched');
      },
      send: (pcm) => {
        const config = isConfigured ? {} : { audio_config: PCM_CONFIG };
        isConfigured = true;
        client.send(JSON.stringify({ type: 'client.new-audio-message', audio: encodeBase64(bytesOf(pcm)), ...config }));
      },
    });
    return { ...dialogue, seen: [signedIn, ...dialogue.seen] };
  },
  soca: (scenario) => {
    const rig = rigFor(scenario);
    const headers = { private_key: 'demo-key' };
    const response = rig.network.request({ url: `/v1/session/${AGENT_ID}`, headers });
    const answer = { atMs: 0, what: `session ${response.status} ${shortened(response.body)}`, length: 0 };
    const session = tryParse(response.body) as { session_id?: string } | undefined;
    const client = new TestClient(rig.network, rig.clock, 'ws://localhost:80/voice-ws');
    const start = {
      type: 'start',
      private_key: 'demo-key',
      session_id: session?.session_id ?? 'a-session',
      agent_id: AGENT_ID,
      lang: 'en',
      sr: 16_000,
    };
    const dialogue = talk(rig.clock, client, {
      frameMs: 20,
      begin: () => client.send(JSON.stringify(start)),
      isReady: () => client.types.includes('stt.ready'),
      send: (pcm) => client.send(bytesOf(pcm)),
    });
    return { ...dialogue, seen: [answer, ...dialogue.seen] };
  },
  amigoNotes: (scenario) => {
    const rig = rigFor(scenario);
    const client = new NotesClient(rig.network, rig.clock);
    const startMs = rig.clock.nowMs();
    const signIn = client.signIn();
    const seen: Seen[] = [{ atMs: 0, what: `sign-in ${signIn.status}`, length: 0 }];
    const note = (answer: ReturnType<NotesClient['openCreate']>): void => {
      client.finish(answer, 20_000);
      seen.push({ atMs: 0, what: `status ${answer.status} ${answer.headers['retry-after'] ?? ''}`, length: 0 });
      for (const { atMs, bytes } of answer.chunks) {
        const what = shortened(Buffer.from(bytes).toString('latin1'));
        seen.push({ atMs: atMs - startMs, what, length: bytes.length });
      }
      seen.push({ atMs: (answer.endedAtMs ?? startMs) - startMs, what: answer.ending, length: 0 });
    };
    const created = client.openCreate();
    note(created);
    rig.clock.advanceMs(2000);
    const id = /"conversation_id":\s*"([0-9a-f]{24})"/.exec(created.text)?.[1] ?? '0'.repeat(24);
    note(client.openVoice(id, WORDS));
    return { seen, openedAtMs: undefined, closes: [], backedUpBytes: 0 };
  },
};

interface Manners {
  readonly frameMs: number;
  /** The socket is open. */
  begin(): void;
  /** Audio may be sent; asked before every frame. */
  isReady(): boolean;
  send(pcm: Int16Array): void;
}

function talk(clock: FakeClock, client: TestClient, { frameMs, begin, isReady, send }: Manners): Dialogue {
  const startMs = clock.nowMs();
  let hasBegun = false;
  let backedUpBytes = 0;
  for (const [kind, ms] of COURSE) {
    for (let atMs = 0; atMs < ms; atMs += frameMs) {
      if (client.openedAtMs !== undefined && client.closes.length === 0) {
        if (!hasBegun) begin();
        hasBegun = true;
        const from = kind === 'speech' ? 16 * atMs : WORDS.length;
        const frame = new Int16Array(16 * frameMs);
        frame.set(WORDS.subarray(from, from + frame.length));
        if (isReady()) send(frame);
        backedUpBytes = Math.max(backedUpBytes, client.bufferedAmountBytes);
      }
      clock.advanceMs(frameMs);
    }
  }
  const messages = client.received.map(({ atMs, data }) => {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    return { atMs: atMs - startMs, what: shortened(text), length: data.length };
  });
  const ends = client.closes.map(({ atMs, code, reason }) => ({
    atMs: atMs - startMs,
    what: `close ${code} ${reason}`,
    length: 0,
  }));
  return { seen: [...messages, ...ends], openedAtMs: client.openedAtMs, closes: client.closes, backedUpBytes };
}

/** The beginning, for people, and a digest of all of it. */
function shortened(text: string): string {
  let digest = 0;
  for (let i = 0; i < text.length; i++) digest = (Math.imul(digest, 31) + text.charCodeAt(i)) | 0;
  return `${text.slice(0, 120)} #${digest}`;
}

function rigFor(scenario: Scenario): Rig {
  return createRig({ agent: scenario.agent ?? AGENT, scenario, mp3 });
}

function rampOf(ms: number): Int16Array {
  return Int16Array.from({ length: 16 * ms }, (_, i) =>
    Math.round(9000 * Math.sin(i / 9) * Math.sin(i / (700 + i / 50))),
  );
}

function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
