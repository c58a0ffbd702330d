// This file cuts the stream of agent audio into messages of lengths that a fault wants.

/** Cuts a byte stream into messages whose lengths repeat a pattern. Nothing is lost or added. */
export class DownlinkFraming {
  readonly #patternBytes: readonly number[];
  #held = new Uint8Array(0);
  #next = 0;

  /** @param patternBytes Lengths in turn, each over 0. */
  constructor(patternBytes: readonly number[]) {
    this.#patternBytes = patternBytes;
  }

  /** Appends bytes; returns the messages that are complete now, valid as long as `bytes` is unchanged. */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    const joined = this.#held.length === 0 ? bytes : concatenate(this.#held, bytes);
    const messages: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const lengthBytes = this.#patternBytes[this.#next] ?? joined.length;
      if (at + lengthBytes > joined.length || at === joined.length) break;
      messages.push(joined.subarray(at, at + lengthBytes));
      at += lengthBytes;
      this.#next = (this.#next + 1) % this.#patternBytes.length;
    }
    this.#held = joined.slice(at);
    return messages;
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
