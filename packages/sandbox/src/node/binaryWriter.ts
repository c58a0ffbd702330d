// This file writes binary messages of WebSockets: header and payload at once, and what one socket gets in a row in one write.
// `ws` writes header and payload apart, which costs half as much again; a thousand sessions that hear speech are 50,000 writes
// a second.
import type { Duplex } from 'node:stream';

/** First byte of a frame that is a whole binary message. */
const FINAL_BINARY = 0x82;
/** In place of a length: the length follows in 16 bits. */
const EXTENDED_LENGTH = 126;
const MAX_HEADER_BYTES = 4;
/** Longest payload whose length fits 16 bits. */
export const MAX_PLAIN_BYTES = 65_535;
/** What is written to one socket at once, at most: 25 frames of speech. Longer messages are written alone. */
const ROOM_BYTES = 16_384;

/**
 * Writes to all sockets of one server. What goes to one of them waits until another one, or the turn of the event loop, is next:
 * a process that is late sends several frames of speech for the price of one, and so catches up. There is one room for all, which
 * never leaves the processor's cache; a room per socket would be fetched from memory for every frame.
 */
export class BinaryWriter {
  #room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  /** The part of the room that was written last: it is nearly always as long, and a view per frame would be garbage. */
  #view = this.#room;
  /** Whose bytes wait in the room. */
  #stream: Duplex | undefined;
  #waitingBytes = 0;
  #isTurnEndPlanned = false;
  readonly #turnEnd = (): void => {
    this.#isTurnEndPlanned = false;
    this.#flush();
  };

  /** Bytes for `stream` that wait for the end of the turn. */
  waitingBytes(stream: Duplex): number {
    return this.#stream === stream ? this.#waitingBytes : 0;
  }

  /**
   * Writes one unmasked message (RFC 6455 section 5.2) by the end of this turn; the payload is copied before the call returns.
   *
   * @param payload Up to 65,535 bytes.
   */
  write(stream: Duplex, payload: Uint8Array): void {
    const frameBytes = headerBytesOf(payload) + payload.length;
    if (this.#stream !== stream || this.#waitingBytes + frameBytes > ROOM_BYTES) this.#flush();
    if (frameBytes > ROOM_BYTES) {
      const frame = Buffer.allocUnsafeSlow(frameBytes);
      fillFrame(frame, 0, payload);
      if (stream.writable) stream.write(frame);
      return;
    }
    fillFrame(this.#room, this.#waitingBytes, payload);
    this.#stream = stream;
    this.#waitingBytes += frameBytes;
    if (this.#isTurnEndPlanned) return;
    this.#isTurnEndPlanned = true;
    process.nextTick(this.#turnEnd);
  }

  /** Writes what waits for `stream`: before anything that takes another way to it. */
  flush(stream: Duplex): void {
    if (this.#stream === stream) this.#flush();
  }

  #flush(): void {
    const stream = this.#stream;
    const bytes = this.#waitingBytes;
    this.#stream = undefined;
    this.#waitingBytes = 0;
    // Nobody reads what comes behind the end.
    if (stream?.writable !== true) return;
    if (this.#view.length !== bytes) this.#view = this.#room.subarray(0, bytes);
    // A stream that has something waiting keeps what it is given until the system takes it.
    if (stream.writableLength > 0) {
      stream.write(Buffer.from(this.#view));
      return;
    }
    stream.write(this.#view);
    if (stream.writableLength === 0) return;
    // So does one whose system was full just now: the room is its own from now on.
    this.#room = Buffer.allocUnsafeSlow(ROOM_BYTES);
    this.#view = this.#room;
  }
}

function headerBytesOf(payload: Uint8Array): number {
  return payload.length < EXTENDED_LENGTH ? 2 : MAX_HEADER_BYTES;
}

function fillFrame(room: Buffer, at: number, payload: Uint8Array): void {
  room[at] = FINAL_BINARY;
  room[at + 1] = Math.min(payload.length, EXTENDED_LENGTH);
  const headerBytes = headerBytesOf(payload);
  if (headerBytes === MAX_HEADER_BYTES) room.writeUInt16BE(payload.length, at + 2);
  room.set(payload, at + headerBytes);
}
