// This file writes every entry of the ledger to a file, one JSON object per line, and never makes the sandbox wait for it.
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { once } from 'node:events';
import { SandboxError } from '../errors.ts';
import type { LedgerEntry, LedgerSink } from '../ledger/records.ts';

/** Entries are written together, this often, in ms. */
const FLUSH_MS = 100;
/** Or when so much has come together, in characters. */
const FLUSH_CHARS = 65_536;
/** What a slow disk may leave waiting, in bytes; further entries are dropped and counted. */
const MAX_WAITING_BYTES = 16_777_216;

/** A ledger that is being written. */
export interface LedgerFile {
  readonly write: LedgerSink;
  /** Writes what is left. Never rejects. */
  close(): Promise<void>;
}

/**
 * Creates the file; by default it must not be there yet, so that no other run is overwritten.
 *
 * @param onFailed Called once when writing fails later on, e.g. on a full disk; nothing more is written then.
 * @param flags As of `fs.open`. Default `wx`.
 * @throws {SandboxError} `ledger-failed` when it cannot be created.
 */
export async function createLedgerFile(
  path: string,
  onFailed: (error: Error) => void,
  flags = 'wx',
): Promise<LedgerFile> {
  const stream = createWriteStream(path, { flags });
  try {
    await once(stream, 'open');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new SandboxError('ledger-failed', `Cannot write the ledger to ${path}: ${reason}.`, { path, reason }, cause);
  }
  return new LedgerWriter(stream, onFailed);
}

class LedgerWriter implements LedgerFile {
  readonly #stream: WriteStream;
  #lines: string[] = [];
  #waitingChars = 0;
  #droppedCount = 0;
  #timer: NodeJS.Timeout | undefined;
  #state: 'open' | 'closed' = 'open';

  constructor(stream: WriteStream, onFailed: (error: Error) => void) {
    this.#stream = stream;
    stream.on('error', (error) => {
      if (this.#state === 'open') onFailed(error);
      this.#stop();
    });
  }

  readonly write = (entry: LedgerEntry): void => {
    if (this.#state === 'closed') return;
    if (this.#stream.writableLength > MAX_WAITING_BYTES) {
      this.#droppedCount += 1;
      return;
    }
    if (this.#droppedCount > 0) this.#push(JSON.stringify({ kind: 'dropped', count: this.#droppedCount }));
    this.#droppedCount = 0;
    this.#push(JSON.stringify(entry));
    if (this.#waitingChars > FLUSH_CHARS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  };

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#flush();
    this.#stop();
    await new Promise<void>((resolve) => this.#stream.end(() => resolve()));
  }

  #push(line: string): void {
    this.#lines.push(line);
    this.#waitingChars += line.length;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    this.#stream.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#waitingChars = 0;
  }

  #stop(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#lines = [];
  }
}
