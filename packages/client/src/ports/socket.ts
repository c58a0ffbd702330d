// This file defines the transport port: a message socket that a platform or a test provides.

export interface SocketClose {
  /** WebSocket close code; 1006 when the connection broke or never opened. */
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** What a socket tells its owner. Never called inside `connect`; nothing is called after `onClose`. */
export interface SocketHandlers {
  onOpen(): void;
  /** One whole message. Binary data belongs to the receiver. */
  onMessage(data: string | Uint8Array): void;
  /** The other end answered a `probe`. */
  onAlive(): void;
  /** Exactly once for every socket, also for one that never opened. */
  onClose(close: SocketClose): void;
}

export interface Socket {
  /** Only after `onOpen`. The bytes may be reused when it returns. */
  send(data: string | Uint8Array): void;
  /** Asks for a close, or gives an opening socket up. `code` is 1000 or 3000–4999. */
  close(code: number, reason?: string): void;
  /** Bytes accepted by `send` that have not left yet. */
  readonly bufferedAmountBytes: number;
  /** Asks the other end for a sign of life (a ping). Absent where the platform has none: in browsers. True when asked. */
  probe?(): boolean;
}

export interface SocketRequest {
  readonly url: string;
  readonly subprotocols: readonly string[];
  /** A larger message ends the connection, where the platform can be told so. */
  readonly maxMessageBytes: number;
}

/** Opens sockets. */
export interface SocketConnector {
  connect(request: SocketRequest, handlers: SocketHandlers): Socket;
}
