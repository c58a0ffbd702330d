// This file cuts the stream of agent audio into messages of lengths that a fault wants.

/** Cuts a byte stream into messages whose lengths repeat a pattern. Nothing is lost or added. */
export class DownlinkFraming {
  readonly #patternBytes: readonly number[];
  /** Copies: a frame is valid while it is sent only. Joined when a message is complete, which may take minutes. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #next = 0;

  /** @param patternBytes Lengths in turn, each over 0. */
  constructor(patternBytes: readonly number[]) {
    this.#patternBytes = patternBytes;
  }

  /** Appends bytes; returns the messages that are complete now, valid as long as `bytes` is unchanged. */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    if (this.#heldBytes + bytes.length < this.#lengthBytes) {
      this.#hold(bytes.slice());
      return [];
    }
    const joined = this.#take(bytes);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < joined.length && at + this.#lengthBytes <= joined.length) {
      messages.push(joined.subarray(at, at + this.#lengthBytes));
      at += this.#lengthBytes;
      this.#next = (this.#next + 1) % this.#patternBytes.length;
    }
    if (at < joined.length) this.#hold(joined.slice(at));
    return messages;
  }

  /** What waits for more, as a message of its own; nothing when nothing does. The pattern begins again. */
  flush(): Uint8Array | undefined {
    this.#next = 0;
    return this.#heldBytes === 0 ? undefined : this.#take(new Uint8Array(0));
  }

  get #lengthBytes(): number {
    return this.#patternBytes[this.#next] ?? 1;
  }

  #hold(copy: Uint8Array): void {
    this.#held.push(copy);
    this.#heldBytes += copy.length;
  }

  #take(bytes: Uint8Array): Uint8Array {
    if (this.#heldBytes === 0) return bytes;
    const joined = new Uint8Array(this.#heldBytes + bytes.length);
    let at = 0;
    for (const part of [...this.#held, bytes]) {
      joined.set(part, at);
      at += part.length;
    }
    this.#held = [];
    this.#heldBytes = 0;
    return joined;
  }
}
