// This file is a server in the same process: sockets without a network, whose delays and breaks are told, on any clock.
import type { Clock } from '../ports/clock.ts';
import type { Socket, SocketClose, SocketConnector, SocketHandlers, SocketRequest } from '../ports/socket.ts';

export interface MemoryServerOptions {
  readonly clock: Clock;
  /** One-way delay of every message, in ms. Default 0: delivered by the clock's next timer. */
  readonly delayMs?: number;
  /** Called for each connection before it opens; what the server sends from within comes after `onOpen`. */
  readonly onConnection?: (connection: MemoryConnection) => void;
}

/** The server's end of a socket. */
export interface MemoryConnection {
  readonly url: string;
  readonly subprotocols: readonly string[];
  /** False from the moment either side closed or dropped it. */
  readonly isOpen: boolean;
  /** Called with each message; bytes belong to the listener. */
  onMessage: (data: string | Uint8Array) => void;
  /** Called once, unless the server closed or dropped the connection itself. */
  onClose: (close: SocketClose) => void;
  send(data: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  /** Breaks the connection without a word: the client hears 1006. */
  drop(): void;
  /** Stops reading: what the client sends backs up in its `bufferedAmountBytes`, until `resume`. */
  pause(): void;
  resume(): void;
}

const LOST: SocketClose = { code: 1006, reason: '', wasClean: false };

export class MemoryServer {
  /** For `createSession`, or `sockets` of Node's `createVoiceSession`. */
  readonly sockets: SocketConnector = { connect: (request, handlers) => this.connect(request, handlers) };
  /** False: connections fail, as when nothing listens. */
  isReachable = true;

  constructor(private readonly options: MemoryServerOptions) {}

  private connect(request: SocketRequest, handlers: SocketHandlers): Socket {
    const { clock, delayMs = 0, onConnection } = this.options;
    const wire = new Wire(request, handlers, (deliver) => void clock.setTimer(delayMs, deliver));
    wire.later(() => {
      if (!this.isReachable) return wire.end(LOST);
      if (!wire.isOpen) return;
      wire.later(() => wire.open());
      onConnection?.(wire.server);
    });
    return wire.client;
  }
}

/** Both ends. `later` delivers in order, one delay after. */
class Wire {
  isOpen = true;
  private hasOpened = false;
  private hasEnded = false;
  private held: (string | Uint8Array)[] | null = null;
  readonly client: Socket;
  readonly server: MemoryConnection;

  constructor(
    { url, subprotocols, maxMessageBytes }: SocketRequest,
    private readonly handlers: SocketHandlers,
    readonly later: (deliver: () => void) => void,
  ) {
    const heldBytes = (): number => (this.held ?? []).reduce((sum, data) => sum + data.length, 0);
    this.client = {
      send: (data) => this.sendUp(copyOf(data)),
      close: (code, reason = '') => this.closeByClient({ code, reason, wasClean: true }),
      get bufferedAmountBytes() {
        return heldBytes();
      },
      probe: () => {
        if (this.held === null) this.later(() => this.later(() => void (this.hasEnded || this.handlers.onAlive())));
        return true;
      },
    };
    const isOpen = (): boolean => this.isOpen;
    this.server = {
      url,
      subprotocols,
      get isOpen() {
        return isOpen();
      },
      onMessage: () => undefined,
      onClose: () => undefined,
      send: (data) => this.sendDown(copyOf(data), maxMessageBytes),
      close: (code, reason = '') => this.closeByServer({ code, reason, wasClean: true }),
      drop: () => this.closeByServer(LOST),
      pause: () => void (this.held ??= []),
      resume: () => {
        const held = this.held ?? [];
        this.held = null;
        for (const data of held) this.sendUp(data);
      },
    };
  }

  open(): void {
    if (this.hasEnded) return;
    this.hasOpened = true;
    this.handlers.onOpen();
  }

  /** The client hears of the end, once. */
  end(close: SocketClose): void {
    if (this.hasEnded) return;
    this.isOpen = false;
    this.hasEnded = true;
    this.handlers.onClose(close);
  }

  private sendUp(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    if (this.held !== null) this.held.push(data);
    else this.later(() => this.isOpen && this.server.onMessage(data));
  }

  private sendDown(data: string | Uint8Array, maxBytes: number): void {
    if (!this.isOpen) return;
    // As `ws` does with a message that is larger than it was told to take.
    if (data.length > maxBytes) return this.closeByServer({ code: 1009, reason: '', wasClean: false });
    this.later(() => void (this.hasEnded || this.handlers.onMessage(data)));
  }

  private closeByServer(close: SocketClose): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.later(() => this.end(close));
  }

  private closeByClient(close: SocketClose): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    // As in browsers: giving up before the socket is open looks like a failure.
    const seen = this.hasOpened ? close : LOST;
    this.later(() => {
      this.server.onClose(seen);
      this.later(() => this.end(seen));
    });
  }
}

function copyOf(data: string | Uint8Array): string | Uint8Array {
  return typeof data === 'string' ? data : data.slice();
}
