// This file keeps the rest between the pieces of a base64 stream, for tests.
import { type Base64DecoderOptions, type Base64Rest, NO_REST, decodePiece } from '../src/wire/base64Decode.ts';

/** One stream of base64. */
export class Base64Stream {
  readonly #options: Base64DecoderOptions;
  #rest: Base64Rest = NO_REST;
  droppedCharCount = 0;

  constructor(options: Base64DecoderOptions = {}) {
    this.#options = options;
  }

  /** Decodes the next piece. */
  decode(text: string, isLast = false): Uint8Array {
    const { bytes, droppedCharCount, rest } = decodePiece(this.#rest, text, isLast, this.#options);
    this.#rest = rest;
    this.droppedCharCount += droppedCharCount;
    return bytes;
  }

  /** Ends the stream; another one may follow. */
  flush(): Uint8Array {
    return this.decode('', true);
  }
}
