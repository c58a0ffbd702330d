// This file is a user who calls again and again and talks: of what comes back it keeps nothing but counts, so that a run of
// hours shows what the server keeps.
import { encodeBase64 } from '@voicewire/protocol/wire';
import type { Socket } from '../../src/memory.ts';
import { PCM_CONFIG, PREFIX, SOCKET_PATH, START, VOICE } from './amigoRig.ts';
import type { Rig } from './rig.ts';
import { makeUserSpeech } from './rig.ts';
import { AGENT_ID } from './socaRig.ts';

/** What a user says every 9 s: into some answers, after others. */
const WORDS = makeUserSpeech(1500);
const ROUND_SAMPLES = 9 * 16_000;

/** One vendor's wire, as far as a call needs it. */
export interface Line {
  /** Audio per message, in ms. */
  readonly frameMs: number;
  /** Once per caller, where the vendor has users. @returns The token of all calls. */
  signIn?(rig: Rig, user: string): string;
  /** Where to connect. */
  dial(
    rig: Rig,
    token: string,
  ): { readonly url: string; readonly subprotocols: readonly string[]; readonly hello: string };
  /** Text from the server that asks for an answer. */
  readonly replies: Readonly<Record<string, string>>;
  /** Text from the server after which audio is wanted. */
  readonly readyType: string;
  /** @param index Of the message within its call. */
  encode(pcm: Int16Array, index: number): string | Uint8Array;
  /** Said before the close, if anything. */
  readonly goodbye?: string;
}

/** By vendor. */
export const LINES = {
  voiceApi: {
    frameMs: 20,
    dial: ({ network }) => {
      const { token, ws_url: url } = network.issueVoiceApiCredentials();
      return { url, subprotocols: [], hello: JSON.stringify({ token }) };
    },
    replies: {},
    readyType: 'agent_ready',
    encode: bytesOf,
  },
  amigo: {
    frameMs: 60,
    signIn: ({ network }, user) => {
      const headers = { 'x-api-key': 'demo-key', 'x-api-key-id': 'demo-key-id', 'x-user-id': user };
      const { body } = network.request({ url: '/v1/demo-org/user/signin_with_api_key', headers });
      return (JSON.parse(body) as { id_token: string }).id_token;
    },
    dial: (_rig, token) => ({
      url: `ws://localhost:80${SOCKET_PATH}?${VOICE}`,
      subprotocols: [PREFIX + token],
      hello: JSON.stringify(START),
    }),
    replies: {
      'server.conversation-created': JSON.stringify({ type: 'client.switch-vad-mode', vad_mode_on: true }),
    },
    readyType: 'server.vad-mode-switched',
    encode: (pcm, index) =>
      JSON.stringify({
        type: 'client.new-audio-message',
        audio: encodeBase64(bytesOf(pcm)),
        ...(index === 0 ? { audio_config: PCM_CONFIG } : {}),
      }),
    goodbye: JSON.stringify({ type: 'client.close-connection' }),
  },
  soca: {
    frameMs: 20,
    dial: ({ network }) => {
      const { privateKey, sessionId } = network.issueSocaCredentials();
      const start = { type: 'start', private_key: privateKey, session_id: sessionId, agent_id: AGENT_ID };
      return {
        url: 'ws://localhost:80/voice-ws',
        subprotocols: [],
        hello: JSON.stringify({ ...start, lang: 'en', sr: 16_000 }),
      };
    },
    replies: {},
    readyType: 'stt.ready',
    encode: bytesOf,
  },
} as const satisfies Readonly<Record<string, Line>>;

/** One user. `tick` is called every 20 ms of virtual time. */
export class Caller {
  callCount = 0;
  /** Why the server ended a call; empty when none was lost. Who lost one does not call again. */
  loss = '';
  receivedBytes = 0;
  readonly #rig: Rig;
  readonly #line: Line;
  readonly #token: string;
  readonly #callMs: number;
  #socket: Socket | undefined;
  #state: 'connecting' | 'talking' | 'leaving' = 'leaving';
  #endsAtMs = 0;
  #tickCount = 0;
  #sentSamples = 0;

  constructor(rig: Rig, line: Line, user: string, callMs: number) {
    this.#rig = rig;
    this.#line = line;
    this.#token = line.signIn?.(rig, user) ?? '';
    this.#callMs = callMs;
  }

  call(): void {
    const { url, subprotocols, hello } = this.#line.dial(this.#rig, this.#token);
    this.callCount += 1;
    this.#state = 'connecting';
    this.#endsAtMs = this.#rig.clock.nowMs() + this.#callMs;
    this.#sentSamples = 0;
    this.#socket = this.#rig.network.sockets.connect(
      { url, subprotocols },
      {
        onOpen: () => this.#socket?.send(hello),
        onMessage: (data) => this.#receive(data),
        onClose: ({ code }) => {
          const breaches = this.#rig.record.violations.map(({ ruleId, detail }) => `${ruleId} ${detail}`);
          if (this.#state !== 'leaving') this.loss = `${code} while ${this.#state}: ${breaches.join('; ')}`;
          this.#socket = undefined;
        },
      },
    );
  }

  /** @param mayCallAgain When a call is over. */
  tick(mayCallAgain: boolean): void {
    this.#tickCount += 1;
    if (this.#socket === undefined) {
      if (mayCallAgain && this.loss === '') this.call();
      return;
    }
    if (this.#state === 'talking' && (this.#tickCount * 20) % this.#line.frameMs === 0) this.#talk(this.#socket);
    if (this.#state !== 'leaving' && (this.#rig.clock.nowMs() >= this.#endsAtMs || !mayCallAgain)) this.#hangUp();
  }

  #talk(socket: Socket): void {
    const frameSamples = 16 * this.#line.frameMs;
    const from = this.#sentSamples % ROUND_SAMPLES;
    const frame = new Int16Array(frameSamples);
    // 3 s of listening first.
    const words = from - 3 * 16_000;
    if (words >= 0 && words < WORDS.length) frame.set(WORDS.subarray(words, words + frameSamples));
    socket.send(this.#line.encode(frame, this.#sentSamples / frameSamples));
    this.#sentSamples += frameSamples;
  }

  #hangUp(): void {
    this.#state = 'leaving';
    if (this.#line.goodbye !== undefined) this.#socket?.send(this.#line.goodbye);
    this.#socket?.close(1000);
  }

  #receive(data: string | Uint8Array): void {
    this.receivedBytes += data.length;
    if (typeof data !== 'string' || this.#state !== 'connecting') return;
    const { type } = JSON.parse(data) as { type?: string };
    const reply = this.#line.replies[String(type)];
    if (reply !== undefined) this.#socket?.send(reply);
    if (type === this.#line.readyType) this.#state = 'talking';
  }
}

function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
