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

/** What the writers of one server share, so that a frame of speech makes as little garbage as can be. */
export class WriterRoom {
  #room = Buffer.allocUnsafeSlow(KEPT_BYTES);
  /** The part of it that the latest frame took; most frames are of one length. */
  #frame = this.#room;
  #turn = 0;
  #isTurnEndDue = false;
  readonly #corked: Duplex[] = [];
  readonly #endTurn = (): void => {
    this.#isTurnEndDue = false;
    this.#turn += 1;
    for (const stream of this.#corked) stream.uncork();
    this.#corked.length = 0;
  };

  /** Counts the turns of the event loop in which anything is written. */
  get turn(): number {
    if (!this.#isTurnEndDue) process.nextTick(this.#endTurn);
    this.#isTurnEndDue = true;
    return this.#turn;
  }

  /** For a frame that the system takes at once, as it nearly always does; then it is free for the next. */
  frame(sizeBytes: number): Buffer {
    if (this.#frame.length !== sizeBytes) this.#frame = this.#room.subarray(0, sizeBytes);
    return this.#frame;
  }

  /** The stream keeps what the system did not take. */
  giveAway(): void {
    this.#room = Buffer.allocUnsafeSlow(KEPT_BYTES);
    this.#frame = this.#room;
  }

  /** Until the end of this turn. */
  cork(stream: Duplex): void {
    stream.cork();
    this.#corked.push(stream);
  }
}

/** Writes to one socket. */
export class BinaryWriter {
  readonly #stream: Duplex;
  readonly #room: WriterRoom;
  #writtenInTurn = -1;

  constructor(stream: Duplex, room: WriterRoom) {
    this.#stream = stream;
    this.#room = room;
  }

  /**
   * Writes one unmasked message (RFC 6455 section 5.2); the payload is copied or sent before the call returns. What is written
   * after the first message of a turn of the event loop goes to the system together: a process that is late sends several
   * frames of speech at once, and can catch up.
   *
   * @param payload Up to 65,535 bytes.
   */
  write(payload: Uint8Array): void {
    const stream = this.#stream;
    const { turn } = this.#room;
    if (this.#writtenInTurn === turn && stream.writableCorked === 0) this.#room.cork(stream);
    this.#writtenInTurn = turn;
    const headerBytes = payload.length < EXTENDED_LENGTH ? 2 : MAX_HEADER_BYTES;
    const sizeBytes = headerBytes + payload.length;
    const isIdle = stream.writableLength === 0 && stream.writableCorked === 0;
    const isKept = isIdle && sizeBytes <= KEPT_BYTES;
    const frame = isKept ? this.#room.frame(sizeBytes) : Buffer.allocUnsafe(sizeBytes);
    frame[0] = FINAL_BINARY;
    frame[1] = Math.min(payload.length, EXTENDED_LENGTH);
    if (headerBytes === MAX_HEADER_BYTES) frame.writeUInt16BE(payload.length, 2);
    frame.set(payload, headerBytes);
    stream.write(frame);
    if (isKept && stream.writableLength > 0) this.#room.giveAway();
  }
}
