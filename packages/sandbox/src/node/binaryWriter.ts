// This file writes binary messages of WebSockets: those of a turn of the event loop in one buffer and one write. `ws` writes
// header and payload apart, which costs half as much again; a thousand sessions that hear speech are 50,000 writes a second.
import type { Duplex } from 'node:stream';

/** First byte of a frame that is a whole binary message. */
const FINAL_BINARY = 0x82;
/** In place of a length: the length follows in 16 bits. */
const EXTENDED_LENGTH = 126;
const MAX_HEADER_BYTES = 4;
/** Longest payload whose length fits 16 bits. */
export const MAX_PLAIN_BYTES = 65_535;
/** Room that a socket keeps: three frames of speech. */
const KEPT_BYTES = 2048;

/** Lets the writers of one server write at the end of each turn of the event loop. */
export class WriteTurn {
  readonly #waiting: BinaryWriter[] = [];
  readonly #end = (): void => {
    for (const writer of this.#waiting) writer.flush();
    this.#waiting.length = 0;
  };

  wait(writer: BinaryWriter): void {
    if (this.#waiting.length === 0) process.nextTick(this.#end);
    this.#waiting.push(writer);
  }
}

/**
 * Writes to one socket. What comes within one turn of the event loop goes to the system together: a process that is late sends
 * several frames of speech for the price of one, and so catches up.
 */
export class BinaryWriter {
  readonly #stream: Duplex;
  readonly #turn: WriteTurn;
  #room = Buffer.alloc(0);
  #waitingBytes = 0;
  /** The part of the room that was written last; it is nearly always as long, and a view per frame would be garbage. */
  #written = this.#room;
  #isWaiting = false;

  constructor(stream: Duplex, turn: WriteTurn) {
    this.#stream = stream;
    this.#turn = turn;
  }

  /** Bytes that wait for the end of the turn. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Writes one unmasked message (RFC 6455 section 5.2) at the end of this turn; the payload is copied before the call returns.
   *
   * @param payload Up to 65,535 bytes.
   */
  write(payload: Uint8Array): void {
    const headerBytes = payload.length < EXTENDED_LENGTH ? 2 : MAX_HEADER_BYTES;
    const at = this.#waitingBytes;
    this.#waitingBytes = at + headerBytes + payload.length;
    if (this.#waitingBytes > this.#room.length) this.#grow(at);
    const room = this.#room;
    room[at] = FINAL_BINARY;
    room[at + 1] = Math.min(payload.length, EXTENDED_LENGTH);
    if (headerBytes === MAX_HEADER_BYTES) room.writeUInt16BE(payload.length, at + 2);
    room.set(payload, at + headerBytes);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#turn.wait(this);
  }

  /** Writes what waits: before anything that takes another way to the stream. */
  flush(): void {
    this.#isWaiting = false;
    if (this.#waitingBytes === 0) return;
    if (this.#written.length !== this.#waitingBytes || this.#written.buffer !== this.#room.buffer)
      this.#written = this.#room.subarray(0, this.#waitingBytes);
    this.#waitingBytes = 0;
    const stream = this.#stream;
    // Nobody reads what comes behind the end.
    if (!stream.writable) return;
    stream.write(this.#written);
    // The stream keeps what the system did not take. More room than usual is not kept either.
    if (stream.writableLength === 0 && this.#room.length === KEPT_BYTES) return;
    this.#room = Buffer.alloc(0);
    this.#written = this.#room;
  }

  #grow(usedBytes: number): void {
    const wanted = Math.max(KEPT_BYTES, 2 * this.#room.length, this.#waitingBytes);
    const room = Buffer.allocUnsafeSlow(wanted);
    room.set(this.#room.subarray(0, usedBytes));
    this.#room = room;
  }
}
