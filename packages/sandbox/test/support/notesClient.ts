// This file is a client of Amigo's HTTP API for tests: requests come from the protocol package, or are spelled out where
// they must be wrong.
import type { ClientMessage, CreateBody, InteractQuery } from '@voicewire/protocol/amigo-notes';
import {
  createRequest,
  encodeMultipart,
  finishRequest,
  interactRequest,
  listRequest,
  parseServerMessage,
  signInRequest,
} from '@voicewire/protocol/amigo-notes';
import type { FakeClock } from '@voicewire/testkit';
import type { MemoryNetwork, MemoryRequest, MemoryResponse } from '../../src/memory.ts';
import { encodeWav } from '../../src/speech/wavFile.ts';

export const BASE_URL = 'http://localhost';
const ORGANIZATION = 'demo-org';
export const SERVICE_ID = '65f0c2a19b7d4e0012ab34cd';
export const ACCESS = { organization: ORGANIZATION, baseUrl: BASE_URL } as const;
const KEYS = { apiKey: 'demo-key', apiKeyId: 'demo-key-id', userId: 'demo-user' } as const;

/** Asks for a spoken reply to a WAV file at 16 kHz. */
export const VOICE_QUERY: InteractQuery = {
  request_format: 'voice',
  response_format: 'voice',
  request_audio_config: { type: 'pcm', frame_rate: 16_000, n_channels: 1, sample_width: 2 },
  response_audio_format: { type: 'pcm', sample_rate: 16_000 },
};
/** Asks for a written reply to a written message. */
export const TEXT_QUERY: InteractQuery = { request_format: 'text', response_format: 'text' };

/** One line of an answer, with its time. */
export interface ReceivedLine {
  readonly atMs: number;
  readonly type: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** An answer, as far as it has come. */
export class ReceivedAnswer {
  status: number | undefined;
  headers: Readonly<Record<string, string>> = {};
  readonly chunks: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  ending: 'open' | 'ended' | 'dropped' = 'open';
  endedAtMs: number | undefined;
  cancel: () => void = () => undefined;

  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.chunks.map(({ bytes }) => bytes)));
  }

  get text(): string {
    return Buffer.from(this.bytes).toString('utf8');
  }

  /** Whole lines, each with the time at which its last byte came. */
  get lines(): readonly ReceivedLine[] {
    const lines: ReceivedLine[] = [];
    let rest = '';
    for (const { atMs, bytes } of this.chunks) {
      rest += Buffer.from(bytes).toString('latin1');
      const parts = rest.split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const text = Buffer.from(part, 'latin1').toString('utf8').trim();
        if (text === '') continue;
        const value = JSON.parse(text) as Record<string, unknown>;
        lines.push({ atMs, type: String(value['type']), value });
      }
    }
    return lines;
  }

  get types(): readonly string[] {
    return this.lines.map(({ type }) => type);
  }

  /** Values of all lines of one type. */
  of(type: string): readonly Readonly<Record<string, unknown>>[] {
    return this.lines.filter((line) => line.type === type).map(({ value }) => value);
  }

  /** Audio of all pieces. */
  get audio(): Buffer {
    return Buffer.concat(this.of('new-message').map(({ message }) => Buffer.from(String(message), 'base64')));
  }

  /** Lines that the protocol package cannot read. */
  get unreadable(): readonly string[] {
    return this.lines.flatMap(({ value }) =>
      parseServerMessage(JSON.stringify(value)).ok ? [] : [JSON.stringify(value)],
    );
  }
}

/** One user with a token. */
export class NotesClient {
  token = '';
  readonly #network: MemoryNetwork;
  readonly #clock: FakeClock;

  constructor(network: MemoryNetwork, clock: FakeClock) {
    this.#network = network;
    this.#clock = clock;
  }

  /** Signs in and keeps the token. */
  signIn(headers: Readonly<Record<string, string>> = {}, query = ''): MemoryResponse {
    const { url, headers: ownHeaders } = signInRequest({ ...ACCESS, ...KEYS });
    const response = this.request({ url: url + query, headers: { ...ownHeaders, ...headers } });
    this.token = /"id_token":"([^"]+)"/.exec(response.body)?.[1] ?? this.token;
    return response;
  }

  /** An answer that is whole at once. */
  request(request: MemoryRequest): MemoryResponse {
    return this.#network.request({ ...request, headers: lowerCased(request.headers) });
  }

  /** An answer that comes over time. */
  open(request: MemoryRequest): ReceivedAnswer {
    const answer = new ReceivedAnswer();
    const lowerRequest = { ...request, headers: lowerCased(request.headers) };
    const exchange = this.#network.exchange(lowerRequest, {
      onResponse: ({ status, headers }) => Object.assign(answer, { status, headers }),
      onChunk: (bytes) => answer.chunks.push({ atMs: this.#clock.nowMs(), bytes }),
      onEnd: () => Object.assign(answer, { ending: 'ended', endedAtMs: this.#clock.nowMs() }),
      onDropped: () => Object.assign(answer, { ending: 'dropped', endedAtMs: this.#clock.nowMs() }),
    });
    answer.cancel = () => exchange.cancel();
    this.#clock.advanceMs(1);
    return answer;
  }

  /** Waits until the answer is over, or for a minute. */
  finish(answer: ReceivedAnswer, maxMs = 60_000): ReceivedAnswer {
    for (let ms = 0; ms < maxMs && answer.ending === 'open'; ms += 50) this.#clock.advanceMs(50);
    return answer;
  }

  openCreate(body: Partial<CreateBody> = {}, query = 'text' as 'text' | 'voice', parameters = ''): ReceivedAnswer {
    const wanted = createRequest(this.#access, { response_format: query }, { service_id: SERVICE_ID, ...body });
    return this.open({ ...wanted, url: wanted.url + parameters });
  }

  /** Makes a conversation and waits for the greeting. */
  create(): string {
    const answer = this.finish(this.openCreate());
    return String(answer.of('conversation-created')[0]?.['conversation_id']);
  }

  /** Sends a note; `parameters` is put behind the query, e.g. `&fault=crlf`. */
  openNote(conversationId: string, query: InteractQuery, message: ClientMessage, parameters = ''): ReceivedAnswer {
    return this.open(this.noteRequest(conversationId, query, message, parameters));
  }

  /** The request that `openNote` sends. */
  noteRequest(conversationId: string, query: InteractQuery, message: ClientMessage, parameters = '') {
    const wanted = interactRequest(this.#access, conversationId, query, message);
    const { contentType, bytes } = encodeMultipart(wanted.form, () => 0.5);
    const headers = lowerCased({ ...wanted.headers, 'Content-Type': contentType });
    return { method: 'POST', url: wanted.url + parameters, headers, body: bytes };
  }

  openVoice(conversationId: string, pcm: Int16Array, parameters = ''): ReceivedAnswer {
    return this.openNote(conversationId, VOICE_QUERY, voiceMessage(encodeWav(pcm, 16_000)), parameters);
  }

  openText(conversationId: string, text: string, parameters = ''): ReceivedAnswer {
    return this.openNote(conversationId, TEXT_QUERY, textMessage(text), parameters);
  }

  finishConversation(conversationId: string, parameters = ''): MemoryResponse {
    const wanted = finishRequest(this.#access, conversationId);
    return this.request({ ...wanted, url: wanted.url + parameters });
  }

  list(query: Parameters<typeof listRequest>[1] = {}): MemoryResponse {
    return this.request(listRequest(this.#access, query));
  }

  /** What was said in a conversation. */
  messages(conversationId: string): MemoryResponse {
    const url = `/v1/${ORGANIZATION}/conversation/${conversationId}/messages/`;
    return this.request({ method: 'GET', url, headers: { authorization: `Bearer ${this.token}` } });
  }

  get #access() {
    return { ...ACCESS, token: this.token || 'none' };
  }
}

export function voiceMessage(bytes: Uint8Array, contentType = 'audio/wav'): ClientMessage {
  return {
    initial_message_type: 'user-message',
    recorded_message: { kind: 'voice', contentType, bytes },
    external_event_message_content: [],
    external_event_message_timestamp: [],
  };
}

export function textMessage(
  text: string,
  events: readonly (readonly [string, string])[] = [],
  type: 'user-message' | 'external-event' = 'user-message',
): ClientMessage {
  return {
    initial_message_type: type,
    recorded_message: { kind: 'text', text },
    external_event_message_content: events.map(([content]) => content),
    external_event_message_timestamp: events.map(([, timestamp]) => timestamp),
  };
}

export function parseJson(text: string): unknown {
  return JSON.parse(text) as unknown;
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
