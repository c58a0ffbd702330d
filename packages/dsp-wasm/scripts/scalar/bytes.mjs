// This file reads and writes the integers and vectors that WebAssembly's binary format is made of.

export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isAtEnd() {
    return this.at >= this.bytes.length;
  }

  byte() {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error('The WebAssembly ends in the middle of something.');
    return value;
  }

  /** @param {number} count */
  take(count) {
    const part = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return part;
  }

  /** Unsigned LEB128 of up to 32 bits. */
  u32() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Bytes of a LEB128 of any kind, as they are. */
  leb() {
    const start = this.at;
    while (this.byte() >= 0x80);
    return this.bytes.subarray(start, this.at);
  }

  /** @template T @param {() => T} readOne @returns {T[]} */
  vector(readOne) {
    return Array.from({ length: this.u32() }, readOne);
  }
}

/** Unsigned LEB128. @param {number} value @returns {number[]} */
export function u32(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** Signed LEB128 of 32 bits. @param {number} value @returns {number[]} */
export function s32(value) {
  const bytes = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    if ((rest >> 6 === 0 && (low & 0x40) === 0) || (rest >> 6 === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** @param {readonly (readonly number[] | Uint8Array)[]} items @returns {number[]} */
export function vector(items) {
  return [...u32(items.length), ...items.flatMap((item) => [...item])];
}
