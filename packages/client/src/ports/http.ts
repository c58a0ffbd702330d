// This file defines the port for one HTTP request whose answer is read piece by piece.

/** What goes up. `headers` hold secrets: never log them. */
export interface HttpUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The answer before its body. */
export interface HttpHead {
  readonly status: number;
  /** Value of a header, by its name in any case; null where there is none. */
  header(name: string): string | null;
}

/** One request under way. It is made once: an adapter never repeats it, and follows no redirect. */
export interface HttpExchange {
  /** Rejects when no answer came, or after `cancel`. */
  readonly head: Promise<HttpHead>;
  /**
   * The next bytes of the body; null at its end. Rejects when the network broke, or after `cancel`. What is not read must
   * not pile up: a network that is not read from slows its sender down.
   */
  read(): Promise<Uint8Array | null>;
  /** Gives the request up, whatever its state. Idempotent. */
  cancel(): void;
}

/** Makes HTTP requests. */
export interface HttpPort {
  post(upload: HttpUpload): HttpExchange;
}
