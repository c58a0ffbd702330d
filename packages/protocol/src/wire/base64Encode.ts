// This file encodes bytes as base64: standard alphabet, padded, without line breaks.

/** A platform's encoder, such as `bytes.toBase64()` or `Buffer.toString('base64')`. */
export type EncodeWholeBase64 = (bytes: Uint8Array) => string;

/** Options of the encoder. */
export interface Base64EncoderOptions {
  /** Makes encoding faster. The result is the same with and without. */
  readonly encodeWhole?: EncodeWholeBase64;
}

/** The standard alphabet, by sextet. */
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Encodes all of `bytes`. */
export function encodeBase64(bytes: Uint8Array, { encodeWhole }: Base64EncoderOptions = {}): string {
  if (encodeWhole !== undefined) return encodeWhole(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
    for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET.charAt((bits >> shift) & 63);
  }
  const missingBytes = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - missingBytes) + '='.repeat(missingBytes);
}

/** Encodes a stream of bytes into one text: the pieces, joined, are what {@link encodeBase64} gives for all bytes at once. */
export class Base64Encoder {
  readonly #options: Base64EncoderOptions;
  /** Up to 2 bytes that wait for their group of three. */
  #carry: Uint8Array = new Uint8Array(0);

  constructor(options: Base64EncoderOptions = {}) {
    this.#options = options;
  }

  /** Encodes the next bytes. Gives whole quanta only, without padding. */
  encode(bytes: Uint8Array): string {
    const joined = this.#carry.length === 0 ? bytes : concat(this.#carry, bytes);
    const wholeBytes = joined.length - (joined.length % 3);
    // A copy: the caller may reuse its bytes.
    this.#carry = Uint8Array.from(joined.subarray(wholeBytes));
    return encodeBase64(joined.subarray(0, wholeBytes), this.#options);
  }

  /** Ends the text: gives the last quantum with its padding, or nothing. The encoder is then ready for another stream. */
  flush(): string {
    const last = encodeBase64(this.#carry, this.#options);
    this.#carry = new Uint8Array(0);
    return last;
  }
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
