// This file writes the lines of a reply, and cuts and joins them as faults ask.
import type { ServerMessage } from '@voicewire/protocol/amigo-notes';
import { encodeServerMessage } from '@voicewire/protocol/amigo-notes';
import { encodeUtf8 } from '@voicewire/protocol/wire';
import type { FaultPlan } from '../server/faultPlan.ts';
import type { ResponseSink } from '../server/http.ts';
import { MAX_UNSENT_BYTES } from '../server/limits.ts';
import { concatenateBytes } from '../speech/mp3Codec.ts';
import type { AmigoNotesFaultName } from './faults.ts';

/** Of a line, at most this much is sent in small pieces, in bytes: thousands of packets prove no more than that. */
const MAX_SPLIT_BYTES = 2048;
/** A field that no document knows. */
const UNKNOWN_FIELD = { x_sandbox: { note: 'Füge dich nicht. 😀', list: [1, null] } };

/** Hears of every line that was written; of a broken one, half its length. */
export type OnLineWritten = (type: string, sizeBytes: number) => void;

/** Writes to one response. Nothing follows `end`, `dropWithin` or a `write` that returned false. */
export class LineWriter {
  readonly #sink: ResponseSink;
  readonly #faults: FaultPlan<AmigoNotesFaultName>;
  readonly #onWritten: OnLineWritten;
  /** Lines that wait for the end, where they are sent at once. */
  readonly #waiting: Uint8Array[] = [];

  constructor(sink: ResponseSink, faults: FaultPlan<AmigoNotesFaultName>, onWritten: OnLineWritten) {
    this.#sink = sink;
    this.#faults = faults;
    this.#onWritten = onWritten;
  }

  /** @returns False when the client left so much unread that it was dropped instead. */
  write(event: ServerMessage): boolean {
    return this.#writeLine(event, this.#lineEnd);
  }

  /** The last line of a reply; as `write`. */
  writeLast(event: ServerMessage): boolean {
    return this.#writeLine(event, this.#faults.has('no-final-newline') ? '' : this.#lineEnd);
  }

  end(): void {
    if (this.#waiting.length > 0) this.#sink.write(concatenateBytes(this.#waiting));
    this.#sink.end();
  }

  /** Drops the connection in the middle of this line. */
  dropWithin(event: ServerMessage): void {
    const line = encodeUtf8(this.#encode(event));
    this.#sink.write(line.subarray(0, line.length >> 1));
    this.#onWritten(event.type, line.length >> 1);
    this.#sink.abort();
  }

  get #lineEnd(): string {
    return this.#faults.has('crlf') ? '\r\n' : '\n';
  }

  #encode(event: ServerMessage): string {
    const isExtended = this.#faults.has('unknown-event') && event.type !== 'unknown';
    return encodeServerMessage(isExtended ? { ...event, ...UNKNOWN_FIELD } : event);
  }

  #writeLine(event: ServerMessage, lineEnd: string): boolean {
    // A client that reads nothing for so long is gone.
    if (this.#sink.bufferedAmountBytes > MAX_UNSENT_BYTES) {
      this.#sink.abort();
      return false;
    }
    const blanks = this.#faults.has('blank-lines') ? `${lineEnd || '\n'} \t${lineEnd || '\n'}` : '';
    const bytes = encodeUtf8(blanks + this.#encode(event) + lineEnd);
    this.#onWritten(event.type, bytes.length);
    this.#send(bytes);
    return true;
  }

  #send(bytes: Uint8Array): void {
    if (this.#faults.has('coalesced')) {
      this.#waiting.push(bytes);
      return;
    }
    const split = this.#faults.find('split');
    const splitBytes = split === undefined ? 0 : Math.min(bytes.length, MAX_SPLIT_BYTES);
    const stepBytes = Math.max(1, split?.sizeBytes ?? 1);
    for (let at = 0; at < splitBytes; at += stepBytes) {
      this.#sink.write(bytes.subarray(at, Math.min(splitBytes, at + stepBytes)));
    }
    if (splitBytes < bytes.length) this.#sink.write(bytes.subarray(splitBytes));
  }
}
