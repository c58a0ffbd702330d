// This file keeps recordings of messages, as many as fit a fixed amount of memory.

/** All recordings of one sandbox together, in bytes: 32 of the longest uploads. */
const MAX_TOTAL_BYTES = 64_000_000;

/** What a message sounds like. */
export interface Recording {
  readonly contentType: 'audio/wav' | 'audio/mpeg';
  readonly bytes: Uint8Array;
}

/** By message id; the oldest go first. */
export class Recordings {
  readonly #byMessage = new Map<string, Recording>();
  #totalBytes = 0;

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Keeps one; it must not be changed any more. */
  keep(messageId: string, recording: Recording): void {
    this.#totalBytes += recording.bytes.length - (this.#byMessage.get(messageId)?.bytes.length ?? 0);
    this.#byMessage.set(messageId, recording);
    for (const [oldestId, oldest] of this.#byMessage) {
      if (this.#totalBytes <= MAX_TOTAL_BYTES) return;
      this.#totalBytes -= oldest.bytes.length;
      this.#byMessage.delete(oldestId);
    }
  }

  find(messageId: string): Recording | undefined {
    return this.#byMessage.get(messageId);
  }
}
