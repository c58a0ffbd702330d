// This file writes binary messages of WebSockets: one frame, one buffer, one write. `ws` writes header and payload apart, which
// costs half as much again; a thousand sessions that hear speech are 50,000 writes a second.
import type { Duplex } from 'node:stream';

/** First byte of a frame that is a whole binary message. */
const FINAL_BINARY = 0x82;
/** In place of a length: the length follows in 16 bits. */
const EXTENDED_LENGTH = 126;
const MAX_HEADER_BYTES = 4;
/** Longest payload whose length fits 16 bits. */
export const MAX_PLAIN_BYTES = 65_535;
/** Longest frame for which room is kept: several of speech. */
const KEPT_BYTES = 2048;

/** Writes to all sockets of one server. */
export class BinaryWriter {
  /** For frames that the system takes at once, as it nearly always does; then it is free for the next. */
  #room = Buffer.allocUnsafeSlow(KEPT_BYTES);
  /** Streams that were written to in this turn of the event loop. */
  readonly #written = new Set<Duplex>();
  readonly #endTurn = (): void => {
    for (const stream of this.#written) if (stream.writableCorked > 0) stream.uncork();
    this.#written.clear();
  };

  /**
   * Writes one unmasked message (RFC 6455 section 5.2); the payload is copied or sent before the call returns. What is written
   * to a stream after its first message within one turn of the event loop goes to the system together: a process that is late
   * sends several frames of speech at once, and can catch up.
   *
   * @param payload Up to 65,535 bytes.
   */
  write(stream: Duplex, payload: Uint8Array): void {
    if (this.#written.size === 0) process.nextTick(this.#endTurn);
    if (this.#written.has(stream)) {
      if (stream.writableCorked === 0) stream.cork();
    } else {
      this.#written.add(stream);
    }
    const headerBytes = payload.length < EXTENDED_LENGTH ? 2 : MAX_HEADER_BYTES;
    const sizeBytes = headerBytes + payload.length;
    const isIdle = stream.writableLength === 0 && stream.writableCorked === 0;
    const isKept = isIdle && sizeBytes <= KEPT_BYTES;
    const room = isKept ? this.#room : Buffer.allocUnsafe(sizeBytes);
    room[0] = FINAL_BINARY;
    room[1] = Math.min(payload.length, EXTENDED_LENGTH);
    if (headerBytes === MAX_HEADER_BYTES) room.writeUInt16BE(payload.length, 2);
    room.set(payload, headerBytes);
    stream.write(isKept ? room.subarray(0, sizeBytes) : room);
    // The stream keeps what the system did not take.
    if (isKept && stream.writableLength > 0) this.#room = Buffer.allocUnsafeSlow(KEPT_BYTES);
  }
}
