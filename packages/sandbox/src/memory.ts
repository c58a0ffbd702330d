// This file connects clients to a sandbox in the same process: sockets and requests as queues on the injected clock.
import type { UserToken } from '@voicewire/protocol/amigo';
import type { SocaKeyCredentials } from '@voicewire/protocol/soca';
import { decodeUtf8, encodeUtf8 } from '@voicewire/protocol/wire';
import { requestUserToken } from './amigo-shared/credentials.ts';
import type { Clock } from './clock.ts';
import type { Sandbox } from './sandbox.ts';
import type { ServerSocket, ServerSocketEvents } from './server/connection.ts';
import type { HttpResponse } from './server/http.ts';
import { isStream } from './server/http.ts';
import { MAX_MESSAGE_BYTES } from './server/limits.ts';
import type { MemoryExchange, MemoryResponseHandlers } from './server/memoryExchange.ts';
import { startExchange } from './server/memoryExchange.ts';
import { MessagePipe } from './server/messagePipe.ts';
import { requestSession } from './soca/credentials.ts';
import type { VoiceApiCredentials } from './voice-api/credentials.ts';
import { requestCredentials } from './voice-api/credentials.ts';
import type { VoiceApiFaultName } from './voice-api/faults.ts';

export * from './core.ts';
export type { MemoryExchange, MemoryResponseHandlers } from './server/memoryExchange.ts';

/** What a socket tells its client. Structurally the client's port. */
export interface SocketHandlers {
  onOpen(): void;
  onMessage(data: string | Uint8Array): void;
  /** Once; 1006 and not clean when the upgrade was refused or the connection was dropped. */
  onClose(close: { code: number; reason: string; wasClean: boolean }): void;
}

/** The client's end of a socket. Structurally the client's port. */
export interface Socket {
  /** Copies `data`; dropped silently once the socket is closing. */
  send(data: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  readonly bufferedAmountBytes: number;
}

/** Opens sockets. Structurally the client's port. */
export interface SocketConnector {
  /** Handlers are called later, never during the call. */
  connect(request: { url: string; subprotocols: readonly string[] }, handlers: SocketHandlers): Socket;
}

/** A request to the sandbox's HTTP endpoints. */
export interface MemoryRequest {
  /** Default `POST`. */
  readonly method?: string;
  /** Path and query, or a whole URL whose host is `MEMORY_AUTHORITY`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes in UTF-8. Default: none. */
  readonly body?: string | Uint8Array;
}

/** A whole answer. */
export interface MemoryResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes as UTF-8. */
  readonly body: string;
}

/** A network with one sandbox on it. */
export interface MemoryNetwork {
  readonly sockets: SocketConnector;
  /**
   * Answers at once: such requests take no time.
   *
   * @throws {Error} When the body is written over time; `exchange` waits for it.
   */
  request(request: MemoryRequest): MemoryResponse;
  /** The same over the network: the answer and each piece of its body come with its delay. */
  exchange(request: MemoryRequest, handlers: MemoryResponseHandlers): MemoryExchange;
  /** Asks the token endpoint with the demo key, as a client's own backend would. */
  issueVoiceApiCredentials(faults?: readonly VoiceApiFaultName[]): VoiceApiCredentials;
  /**
   * Signs the demo user in, for both of Amigo's surfaces. `query` asks for faults or a scenario: `?fault=token-expired`.
   *
   * @throws {SandboxError} `no-credentials` when a fault answers otherwise.
   */
  issueAmigoCredentials(query?: string): UserToken;
  /**
   * Creates a session of the demo agent.
   *
   * @throws {SandboxError} `no-credentials` when a fault answers otherwise.
   */
  issueSocaCredentials(query?: string): SocaKeyCredentials;
}

/** Host and port of every sandbox in memory; sockets to any other address fail. */
export const MEMORY_AUTHORITY = 'localhost:80';

/** What the network is made of. */
export interface MemoryNetworkOptions {
  readonly sandbox: Sandbox;
  /** The sandbox's own clock. */
  readonly clock: Clock;
  /** One-way delay of every message, in ms. Default 0: delivered by the clock's next timer. */
  readonly delayMs?: number;
}

/** Creates a network in memory. Messages keep their order, data is copied, nothing is lost. */
export function createMemoryNetwork({ sandbox, clock, delayMs = 0 }: MemoryNetworkOptions): MemoryNetwork {
  const send = ({ method = 'POST', url, headers = {}, body = '' }: MemoryRequest): HttpResponse => {
    const path = url.replace(/^https?:\/\/localhost(:80)?(?=\/)/, '');
    const bytes = typeof body === 'string' ? encodeUtf8(body) : body.slice();
    const sent = { method, path, headers: { host: MEMORY_AUTHORITY, ...headers }, body: bytes };
    return bytes.length > sandbox.maxBodyBytes(path) ? sandbox.refuseBody(sent, 'too-large') : sandbox.request(sent);
  };
  const request = (asked: MemoryRequest): MemoryResponse => {
    const { status, headers, body } = send(asked);
    if (isStream(body)) throw new Error('The body is written over time; ask with exchange().');
    return { status, headers, body: typeof body === 'string' ? body : decodeUtf8(body) };
  };
  const post = (url: string, headers: Readonly<Record<string, string>>): MemoryResponse => request({ url, headers });
  return {
    request,
    exchange: (asked, handlers) => startExchange(clock, delayMs, () => send(asked), handlers),
    sockets: { connect: (target, handlers) => new MemorySocket(sandbox, clock, delayMs, target, handlers) },
    issueVoiceApiCredentials: (faults = []) => requestCredentials(post, faults),
    issueAmigoCredentials: (query = '') => requestUserToken(post, MEMORY_AUTHORITY, query),
    issueSocaCredentials: (query = '') => requestSession(post, MEMORY_AUTHORITY, query),
  };
}

/**
 *   phase       input                       next     client hears
 *   connecting  upgrade taken               open     onOpen
 *   connecting  upgrade refused             closed   onClose 1006
 *   open        client closes               closing  the echo of its code, after a round trip
 *   any         server closes               closed   onClose with the server's code
 *   any         server drops                closed   onClose 1006
 */
class MemorySocket implements Socket {
  readonly #handlers: SocketHandlers;
  readonly #up: MessagePipe;
  readonly #down: MessagePipe;
  #phase: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  #serverPhase: 'open' | 'closing' | 'closed' = 'open';
  #maxMessageBytes = MAX_MESSAGE_BYTES;
  #server: ServerSocketEvents | undefined;

  constructor(
    sandbox: Sandbox,
    clock: Clock,
    delayMs: number,
    target: { url: string; subprotocols: readonly string[] },
    handlers: SocketHandlers,
  ) {
    this.#handlers = handlers;
    this.#up = new MessagePipe(clock, delayMs);
    this.#down = new MessagePipe(clock, delayMs);
    this.#up.push(() => this.#arrive(sandbox, target));
  }

  /** What is under way has left this end, as on a network; what a server does not read backs up here. */
  get bufferedAmountBytes(): number {
    return this.#up.isHeld ? this.#up.heldBytes : 0;
  }

  send(data: string | Uint8Array): void {
    if (this.#phase === 'connecting') throw new Error('The socket is not open yet.');
    if (this.#phase !== 'open') return;
    const copy = copyOf(data);
    this.#up.push(() => {
      if (this.#serverPhase === 'closed') return;
      if (lengthOf(copy) <= this.#maxMessageBytes) this.#server?.onMessage(copy);
      else this.#refuseTooBig();
    }, lengthOf(copy));
  }

  close(code: number, reason = ''): void {
    if (this.#phase === 'closing' || this.#phase === 'closed') return;
    if (this.#phase === 'connecting') {
      // As in browsers: giving up before the socket is open looks like a failure.
      this.#up.push(() => this.#endServer({ code: 1006, reason: '', wasClean: false }));
      this.#phase = 'closing';
      this.#down.push(() => this.#endClient({ code: 1006, reason: '', wasClean: false }));
      return;
    }
    this.#phase = 'closing';
    this.#up.push(() => {
      this.#endServer({ code, reason, wasClean: true });
      this.#down.push(() => this.#endClient({ code, reason, wasClean: true }));
    });
  }

  /** The upgrade request reaches the server. */
  #arrive(sandbox: Sandbox, { url, subprotocols }: { url: string; subprotocols: readonly string[] }): void {
    if (this.#phase !== 'connecting') return;
    const refuse = (): void => this.#down.push(() => this.#endClient({ code: 1006, reason: '', wasClean: false }));
    // Nobody speaks TLS in here.
    const match = /^ws:\/\/([^/?#]+)(\/[^#]*)?$/.exec(url);
    const authority = match?.[1] ?? '';
    if (authority !== MEMORY_AUTHORITY && `${authority}:80` !== MEMORY_AUTHORITY) return refuse();
    sandbox.accept({
      request: { path: match?.[2] ?? '/', headers: { host: authority }, subprotocols },
      refuse,
      open: (start, subprotocol, maxMessageBytes = MAX_MESSAGE_BYTES) => {
        // Who gave up while the upgrade was under way is not let in.
        if (this.#serverPhase === 'closed') return;
        this.#maxMessageBytes = maxMessageBytes;
        // RFC 6455 section 4.1: a client that offered subprotocols fails a connection that settles on none of them.
        if (subprotocols.length > 0 && (subprotocol === undefined || !subprotocols.includes(subprotocol))) {
          refuse();
          this.#phase = 'closing';
        } else {
          this.#down.push(() => this.#openClient());
        }
        this.#server = start(this.#createServerSocket());
        if (this.#phase === 'closing') this.#endServer({ code: 1006, reason: '', wasClean: false });
      },
    });
  }

  #createServerSocket(): ServerSocket {
    return {
      bufferedAmountBytes: 0,
      send: (data) => {
        if (this.#serverPhase !== 'open') return;
        const copy = copyOf(data);
        this.#down.push(() => {
          // As in browsers: what arrives after the client's own close() is not reported.
          if (this.#phase === 'open') this.#handlers.onMessage(copy);
        });
      },
      close: (code, reason) => {
        if (this.#serverPhase !== 'open') return;
        this.#serverPhase = 'closing';
        this.#down.push(() => {
          this.#endClient({ code, reason, wasClean: true });
          this.#up.push(() => this.#endServer({ code, reason, wasClean: true }));
        });
      },
      pause: () => this.#up.hold(),
      resume: () => this.#up.release(),
      terminate: () => {
        if (this.#serverPhase === 'closed') return;
        this.#up.release();
        this.#down.push(() => this.#endClient({ code: 1006, reason: '', wasClean: false }));
        this.#up.push(() => this.#endServer({ code: 1006, reason: '', wasClean: false }));
      },
    };
  }

  /** As a server over TCP: unread, with 1009. */
  #refuseTooBig(): void {
    this.#down.push(() => this.#endClient({ code: 1009, reason: '', wasClean: true }));
    this.#endServer({ code: 1009, reason: '', wasClean: true });
  }

  #openClient(): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'open';
    this.#handlers.onOpen();
  }

  #endClient(close: { code: number; reason: string; wasClean: boolean }): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#handlers.onClose(close);
  }

  #endServer(close: { code: number; reason: string; wasClean: boolean }): void {
    if (this.#serverPhase === 'closed') return;
    this.#serverPhase = 'closed';
    this.#server?.onClose(close);
  }
}

/** In bytes of UTF-8, roughly: text counts as its characters, as most of it is ASCII. */
function lengthOf(data: string | Uint8Array): number {
  return data.length;
}

function copyOf(data: string | Uint8Array): string | Uint8Array {
  return typeof data === 'string' ? data : data.slice();
}
