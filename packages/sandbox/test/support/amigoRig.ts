// This file sets up a sandbox with clients of Amigo's real-time voice, for tests on virtual time.
import type { ClientMessage, ServerMessage } from '@voicewire/protocol/amigo';
import { parseServerMessage } from '@voicewire/protocol/amigo';
import { encodeBase64 } from '@voicewire/protocol/wire';
import type { SandboxBehaviour } from '../../src/core.ts';
import type { Rig } from './rig.ts';
import { createRig } from './rig.ts';
import { TestClient } from './testClient.ts';

export const SERVICE_ID = '65f0c2a19b7d4e0012ab34cd';
export const PREFIX = 'bearer.authorization.amigo.ai.';
export const SOCKET_PATH = '/v1/demo-org/conversation/converse_realtime';
export const VOICE = 'response_format=voice&audio_format=pcm&current_agent_action_type=%5E%24';
export const TEXT = 'response_format=text&current_agent_action_type=%5E%24';
export const PCM_CONFIG = {
  format: 'pcm',
  sample_rate: 16_000,
  sample_width: 2,
  n_channels: 1,
  frame_rate: 16_000,
} as const;
export const MP3_CONFIG = { format: 'mp3', sample_rate: 44_100, n_channels: 2, bit_rate: 128_000 } as const;
export const START: ClientMessage = { type: 'client.start-conversation', service_id: SERVICE_ID };
const CHUNK_SAMPLES = 960;

export type MessageOfType<Type extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: Type }>;

/** One socket that speaks Amigo's messages, right or wrong ones. */
export class AmigoClient {
  readonly socket: TestClient;
  readonly #rig: Rig;

  constructor(rig: Rig, socket: TestClient) {
    this.#rig = rig;
    this.socket = socket;
  }

  /** Code of the close; nothing while the socket is open. */
  get closeCode(): number | undefined {
    return this.socket.closes[0]?.code;
  }

  get messages(): { readonly atMs: number; readonly message: ServerMessage }[] {
    return this.socket.received.map(({ atMs, data }) => {
      const parsed = parseServerMessage(data);
      if (!parsed.ok)
        throw new Error(`The client cannot read ${String(data).slice(0, 200)}: ${JSON.stringify(parsed.issues)}`);
      return { atMs, message: parsed.message };
    });
  }

  /** Types in order, without `server.`, and runs of `new-message` as one. */
  get types(): string[] {
    const types = this.socket.types.map((type) => type.replace('server.', ''));
    return types.filter((type, i) => type !== 'new-message' || types[i - 1] !== 'new-message');
  }

  all<Type extends ServerMessage['type']>(type: Type): (MessageOfType<Type> & { readonly atMs: number })[] {
    return this.messages.flatMap(({ atMs, message }) =>
      message.type === type ? [{ ...(message as MessageOfType<Type>), atMs }] : [],
    );
  }

  /** Sends one message and lets it arrive. */
  send(message: ClientMessage | Readonly<Record<string, unknown>>): this {
    return this.sendRaw(JSON.stringify(message));
  }

  sendRaw(data: string | Uint8Array): this {
    this.socket.send(data);
    this.#rig.clock.advanceMs(0);
    return this;
  }

  /** Sends 60 ms of audio; time does not pass. */
  sendAudio(pcm: Int16Array = new Int16Array(CHUNK_SAMPLES), config?: Readonly<Record<string, unknown>>): this {
    const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    const audio = encodeBase64(bytes);
    return this.send({
      type: 'client.new-audio-message',
      audio,
      ...(config === undefined ? {} : { audio_config: config }),
    });
  }

  /** Sends audio in real time, 60 ms a message; only the first one is described, if `config` says how. */
  speak(pcm: Int16Array, config?: Readonly<Record<string, unknown>>): this {
    for (let at = 0; at < pcm.length; at += CHUNK_SAMPLES) {
      const chunk = new Int16Array(CHUNK_SAMPLES);
      chunk.set(pcm.subarray(at, at + CHUNK_SAMPLES));
      this.sendAudio(chunk, at === 0 ? config : undefined);
      this.#rig.clock.advanceMs(60);
    }
    return this;
  }

  keepSilent(ms: number, config?: Readonly<Record<string, unknown>>): this {
    return this.speak(new Int16Array(ms * 16), config);
  }

  wait(ms: number): this {
    this.#rig.clock.advanceMs(ms);
    return this;
  }

  /** Keeps the connection alive for a while without anything else. */
  idle(ms: number): this {
    for (let left = ms; left > 0; left -= 15_000) {
      this.wait(Math.min(15_000, left)).send({ type: 'client.extend-timeout' });
    }
    return this;
  }

  start(): this {
    return this.send(START).wait(20);
  }

  continue(conversationId: string): this {
    return this.send({ type: 'client.continue-conversation', conversation_id: conversationId }).wait(20);
  }

  switchVad(isOn: boolean, waitMs = isOn ? 20 : 300): this {
    return this.send({ type: 'client.switch-vad-mode', vad_mode_on: isOn }).wait(waitMs);
  }

  say(text: string): this {
    return this.send({ type: 'client.new-text-message', text, message_type: 'user-message' });
  }

  event(text: string, starts?: boolean): this {
    const start = starts === undefined ? {} : { start_interaction: starts };
    return this.send({ type: 'client.new-text-message', text, message_type: 'external-event', ...start });
  }

  endUtterance(): this {
    return this.send({ type: 'client.new-audio-message', audio: null });
  }

  finish(waitMs = 20): this {
    return this.send({ type: 'client.finish-conversation' }).wait(waitMs);
  }

  /** Says goodbye and closes. */
  leave(): this {
    this.send({ type: 'client.close-connection' });
    this.socket.close(1000);
    return this.wait(1);
  }

  /** Id that `conversation-created` told. */
  get conversationId(): string {
    const [created] = this.all('server.conversation-created');
    if (created === undefined) throw new Error('No conversation was created.');
    return created.conversation_id;
  }
}

/** Pieces of agent messages, of all interactions. */
export function piecesOf(client: AmigoClient): (MessageOfType<'server.new-message'> & { readonly atMs: number })[] {
  return client.all('server.new-message');
}

/** What all pieces hold, decoded one by one. */
export function bytesOf(client: AmigoClient): Buffer {
  return Buffer.concat(piecesOf(client).map(({ message }) => Buffer.from(message ?? '', 'base64')));
}

/** How a socket is asked for. */
export interface ConnectOptions {
  readonly path?: string;
  readonly query?: string;
  readonly token?: string;
  /** Instead of the token's. */
  readonly subprotocols?: readonly string[];
}

/** A rig with Amigo's clients. */
export interface AmigoRig extends Rig {
  /** A fresh token. */
  signIn(query?: string, userId?: string): string;
  /** A client whose upgrade has been answered. */
  connect(options?: ConnectOptions): AmigoClient;
  /** A client with a new conversation, of which no message is left over. */
  converse(options?: ConnectOptions): AmigoClient;
}

/** Creates a rig; nobody talks unless `agent` says so. */
export function createAmigoRig(behaviour: SandboxBehaviour = {}, delayMs = 0): AmigoRig {
  const rig = createRig(behaviour, delayMs);
  const signIn = (query = '', userId = 'demo-user'): string => {
    const response = rig.network.request({
      url: `/v1/demo-org/user/signin_with_api_key${query}`,
      headers: { 'x-api-key': 'demo-key', 'x-api-key-id': 'demo-key-id', 'x-user-id': userId },
    });
    return String((JSON.parse(response.body) as { id_token?: unknown }).id_token);
  };
  const connect = ({ path = SOCKET_PATH, query = VOICE, token, subprotocols }: ConnectOptions = {}): AmigoClient => {
    const offered = subprotocols ?? [PREFIX + (token ?? signIn())];
    const socket = new TestClient(rig.network, rig.clock, `ws://localhost:80${path}?${query}`, offered);
    rig.clock.advanceMs(3 * delayMs);
    return new AmigoClient(rig, socket);
  };
  const members = { signIn, connect, converse: (options?: ConnectOptions) => connect(options).start() };
  // The rig has getters, which a spread would read once.
  return Object.defineProperties(members, Object.getOwnPropertyDescriptors(rig)) as AmigoRig;
}
