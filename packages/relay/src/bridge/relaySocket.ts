// This file defines the transport port: one end of a WebSocket, on either side of the relay.

/** How a socket closed. */
export interface SocketClose {
  /** 1005: a close without a code. 1006: no close at all. */
  readonly code: number;
  readonly reason: string;
}

/** What a socket tells its owner. Nothing comes after `onClose`. */
export interface SocketEvents {
  /** Only of sockets that the relay opens. */
  onOpen(): void;
  /** A whole message. The bytes belong to the receiver. */
  onMessage(bytes: Uint8Array, isBinary: boolean): void;
  /** The other end gave a sign of life that is no message. */
  onAlive(): void;
  /** Exactly once. */
  onClose(close: SocketClose): void;
}

export interface RelaySocket {
  /** @param onSent Called once, when the bytes have left this process or never will. They must not change until then. */
  send(bytes: Uint8Array, isBinary: boolean, onSent: () => void): void;
  /** Says goodbye, after what was sent before. 1005: without a code. */
  close(code: number, reason: string): void;
  /** Drops the connection without a word. */
  terminate(): void;
  /** Stops reading; what was read already may still come. */
  pause(): void;
  resume(): void;
  /** Asks the other end for a sign of life. */
  ping(): void;
  /** Bytes accepted by `send` that have not left yet. */
  readonly bufferedAmountBytes: number;
}

/** A socket that the relay opens. */
export interface UpstreamRequest {
  readonly url: string;
  /** May hold a secret. */
  readonly subprotocols: readonly string[];
  readonly maxMessageBytes: number;
}

/** Opens sockets. Calls no event before it returns. */
export type UpstreamConnector = (request: UpstreamRequest, events: SocketEvents) => RelaySocket;
