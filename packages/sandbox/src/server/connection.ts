// This file defines the sockets the sandbox serves, whatever carries them: TCP, or a queue in the same process.

/** The HTTP request that asks for a WebSocket. */
export interface UpgradeRequest {
  /** Path and query, as sent. */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Subprotocols the client offers, in its order. */
  readonly subprotocols: readonly string[];
}

/** How a socket ended, in the words of RFC 6455. */
export interface SocketClose {
  /** 1005: a close frame without a code; 1006: no close frame at all. */
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** The server's end of an open WebSocket. Calls after the end are ignored. */
export interface ServerSocket {
  /** Sends one message; `data` is copied or written before the call returns, so its buffer may be reused. */
  send(data: string | Uint8Array): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Drops the transport without a close frame; the client sees 1006. */
  terminate(): void;
  /** Bytes accepted by `send` that have not left yet. */
  readonly bufferedAmountBytes: number;
  /**
   * Stops reading, so that the client's data backs up at its end. For impairments, not for vendors; absent where a
   * carrier has no such thing.
   */
  pause?(): void;
  /** Reads again. */
  resume?(): void;
  /** Sends a ping. For impairments. @param onPong Called when it is answered. */
  ping?(onPong: () => void): void;
  /** Drops the transport by a TCP reset. For impairments. */
  reset?(): void;
  /**
   * Sends one message in continuation frames of `fragmentBytes`, each in a write of its own, and a ping between the first
   * two. For impairments.
   */
  sendFragmented?(data: string | Uint8Array, fragmentBytes: number): void;
}

/** What a socket tells the sandbox. */
export interface ServerSocketEvents {
  /** One whole message: text, or bytes that are valid during the call only. */
  onMessage(data: string | Uint8Array): void;
  /** Once; nothing follows. */
  onClose(close: SocketClose): void;
}

/** A client that waits for the answer to its upgrade request. Exactly one of the two methods is called, once. */
export interface IncomingConnection {
  readonly request: UpgradeRequest;
  /**
   * Completes the upgrade. `start` runs once the socket is open, or never if the client is gone.
   *
   * @param subprotocol Echoed to the client; a client that offered some fails a connection without one of them.
   * @param maxMessageBytes Longer messages close the socket with 1009 unread. Default `MAX_MESSAGE_BYTES`; under policy
   *   `record` it is `MAX_RECORDED_MESSAGE_BYTES`, whatever a vendor says.
   */
  open(start: (socket: ServerSocket) => ServerSocketEvents, subprotocol?: string, maxMessageBytes?: number): void;
  /**
   * Answers with an HTTP status instead; a browser sees only close 1006.
   *
   * @param status 0 answers nothing: a TCP reset.
   * @param headers Names in lower case.
   */
  refuse(status: number, reason: string, headers?: Readonly<Record<string, string>>): void;
}
