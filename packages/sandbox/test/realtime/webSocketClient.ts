// This file is a client over real sockets for tests: paces its microphone by the wall clock, keeps what it hears.
import { WebSocket } from 'ws';
import type { VoiceApiEndpoints } from '../../src/node/index.ts';
import { frameOf } from '../support/testClient.ts';

export interface Credentials {
  readonly token: string;
  readonly ws_url: string;
}

/** Asks the token endpoint; `query` names faults. */
export async function fetchCredentials({ tokenUrl, apiKey }: VoiceApiEndpoints, query = ''): Promise<Credentials> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(tokenUrl + query, { method: 'POST', headers });
  return (await response.json()) as Credentials;
}

/** One session over a real socket. */
export class WebSocketClient {
  readonly texts: string[] = [];
  readonly #socket: WebSocket;
  readonly #audio: Buffer[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor({ token, ws_url }: Credentials) {
    this.#socket = new WebSocket(ws_url, { perMessageDeflate: false });
    this.#socket.on('open', () => this.#socket.send(JSON.stringify({ token })));
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#audio.push(data);
      else this.texts.push(data.toString('utf8'));
    });
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
    this.#socket.on('error', () => undefined);
  }

  get heardPcm(): Int16Array {
    const bytes = Buffer.concat(this.#audio);
    return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));
  }

  get extensions(): string {
    return this.#socket.extensions;
  }

  /** Resolves when a text of the type has come; rejects after 10 s. */
  async waitFor(type: string): Promise<void> {
    const deadlineMs = performance.now() + 10_000;
    while (!this.texts.some((text) => text.includes(`"${type}"`))) {
      if (performance.now() > deadlineMs) throw new Error(`No ${type} within 10 s; got ${this.texts.join(' ')}.`);
      await sleep(5);
    }
  }

  /** Sends samples as frames of 20 ms on an absolute schedule. */
  async speak(pcm: Int16Array): Promise<void> {
    const startMs = performance.now();
    for (let at = 0; at < pcm.length; at += 320) {
      const waitMs = startMs + at / 16 - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      this.#socket.send(frameOf(pcm.subarray(at, at + 320)));
    }
  }

  /** One message, whatever it holds. */
  send(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  close(): void {
    this.#socket.close(1000);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Bytes below the WebSocket: to break the protocol itself. */
  writeRaw(bytes: Uint8Array): void {
    (this.#socket as unknown as { _socket: { write(data: Uint8Array): void } })._socket.write(bytes);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
