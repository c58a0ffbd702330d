// This file recognises a recording that is sent again after the server failed: rule B-17.
import { forgetOldest } from '../forgetOldest.ts';

/** A repetition within this time is a program's doing: the vendor's SDK waits 30 s at most between attempts, in ms. */
const REPEAT_WINDOW_MS = 30_000;
/** Failed uploads remembered. */
const MAX_FAILED = 256;

/** Failed uploads, by conversation and content. */
export class UploadHistory {
  /** When each failed, in ms; the oldest goes first. */
  readonly #failedAtMs = new Map<string, number>();

  /** The upload was taken, and then the server failed: the user's turn may or may not stand. */
  recordFailure(digest: string, nowMs: number): void {
    this.#failedAtMs.delete(digest);
    this.#failedAtMs.set(digest, nowMs);
    forgetOldest(this.#failedAtMs, MAX_FAILED);
  }

  /** How long ago the same recording was taken and failed, in ms; nothing when it was not, or long ago. */
  findRepetition(digest: string, nowMs: number): number | undefined {
    const failedAtMs = this.#failedAtMs.get(digest);
    if (failedAtMs === undefined || nowMs - failedAtMs > REPEAT_WINDOW_MS) return undefined;
    return nowMs - failedAtMs;
  }
}

/** Names the content of an upload to one conversation: its length and 64 bits of hash (two of FNV-1a). For tests, not for safety. */
export function digestUpload(conversationId: string, bytes: Uint8Array): string {
  let low = 0x811c_9dc5;
  let high = 0x01a4_7e0b;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x0100_0193);
    high = Math.imul(high ^ (byte + 1), 0x0100_0193);
  }
  return `${conversationId} ${bytes.length} ${low >>> 0} ${high >>> 0}`;
}
