// This file splits a stream of bytes into lines of JSON, however a network cut it.
import type { ParseResult } from '../neutral/parseResult.ts';
import { failWith } from './issues.ts';
import { type DecodeUtf8, decodeUtf8 } from './utf8.ts';

/** Options of the parser. */
export interface NdjsonOptions<Message> {
  /** Reads one line, without its end. Must not throw. */
  readonly parseLine: (line: string) => ParseResult<Message>;
  /** Longest line that is kept, in bytes without its end; a longer one gives an issue and is skipped. */
  readonly maxLineBytes: number;
  /** Faster than the own decoder, with the same result. */
  readonly decodeUtf8?: DecodeUtf8;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Reads newline-delimited JSON. Pieces may be cut anywhere, inside UTF-8 characters too; lines end in `\n` or `\r\n`; blank
 * ones are skipped; the last one needs no end. Takes time linear in the bytes, whatever the pieces.
 */
export class NdjsonParser<Message> {
  readonly #options: NdjsonOptions<Message>;
  /** The start of a line that is not complete. A copy: the caller may reuse its pieces. */
  #held = new Uint8Array(0);
  #heldBytes = 0;
  /** Bytes of the line in hand that were not kept, since it is too long. */
  #skippedBytes = 0;

  constructor(options: NdjsonOptions<Message>) {
    this.#options = options;
  }

  /** Takes the next piece and gives what its complete lines say. */
  read(piece: Uint8Array): readonly ParseResult<Message>[] {
    const results: ParseResult<Message>[] = [];
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      this.#takeLine(piece.subarray(start, end), results);
      start = end + 1;
    }
    this.#hold(piece.subarray(start));
    return results;
  }

  /** The stream is over: gives what a line without an end says. The parser is then ready for another stream. */
  end(): readonly ParseResult<Message>[] {
    const results: ParseResult<Message>[] = [];
    this.#takeLine(new Uint8Array(0), results);
    return results;
  }

  #takeLine(rest: Uint8Array, into: ParseResult<Message>[]): void {
    let line = rest;
    if (this.#heldBytes + this.#skippedBytes > 0) {
      this.#hold(rest);
      line = this.#held.subarray(0, this.#heldBytes);
    }
    const lineBytes = line.length + this.#skippedBytes;
    this.#heldBytes = 0;
    this.#skippedBytes = 0;
    const result = this.#parse(line, lineBytes);
    if (result !== undefined) into.push(result);
  }

  #parse(line: Uint8Array, lineBytes: number): ParseResult<Message> | undefined {
    const { maxLineBytes, parseLine, decodeUtf8: decode = decodeUtf8 } = this.#options;
    const end = line.at(-1) === CARRIAGE_RETURN && lineBytes === line.length ? line.length - 1 : line.length;
    if (lineBytes - (line.length - end) > maxLineBytes) {
      return failWith(`a line of at most ${maxLineBytes} bytes`, `${lineBytes} bytes`);
    }
    const text = line.subarray(0, end);
    return isBlank(text) ? undefined : parseLine(decode(text));
  }

  /** Keeps one byte more than a line may have: it can be the `\r` of its end. */
  #hold(bytes: Uint8Array): void {
    const roomBytes = this.#options.maxLineBytes + 1 - this.#heldBytes;
    const kept = bytes.length > roomBytes ? bytes.subarray(0, roomBytes) : bytes;
    this.#skippedBytes += bytes.length - kept.length;
    const neededBytes = this.#heldBytes + kept.length;
    if (neededBytes > this.#held.length) {
      // Doubling keeps the work linear for lines that come byte by byte.
      const grown = new Uint8Array(
        Math.max(neededBytes, Math.min(this.#held.length * 2, this.#options.maxLineBytes + 1)),
      );
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(kept, this.#heldBytes);
    this.#heldBytes = neededBytes;
  }
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN);
}
