// This file keeps the record of one upload and the stream that answers it, as those of sockets are kept.
import type { TranscribedUtterance } from '../hearing/utterance.ts';
import type { SpokenLine } from '../speech/speechQueue.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { LedgerBook } from '../ledger/ledger.ts';
import type { Prompt, ReplyOutcome } from './prompt.ts';

/** State of an exchange, as in the record. */
export type ExchangeState = 'answering' | 'complete' | 'over';

/** Writes one. */
export class ExchangeLedger {
  readonly #book: LedgerBook;
  readonly #record: ConnectionLedger;

  /** @param uploadBytes Length of the request's body. */
  constructor(book: LedgerBook, vendorId: string, prompt: Prompt, uploadBytes: number) {
    this.#book = book;
    this.#record = book.openConnection(vendorId, 'answering');
    const frame = this.#record.frameArrived(prompt.kind === 'text' ? 'text' : 'binary', uploadBytes);
    this.#record.frameHandled(frame, prompt.kind);
    if (prompt.kind === 'speech') this.#record.recordReceivedAudio(prompt.pcm);
  }

  line(type: string, sizeBytes: number): void {
    this.#record.frameSent('text', sizeBytes, type);
  }

  spoken(pcm: Int16Array): void {
    this.#record.recordSentAudio(pcm);
  }

  utterance(utterance: TranscribedUtterance): void {
    this.#record.recordUtterance(utterance);
  }

  lineEnded(line: SpokenLine): void {
    this.#record.recordLine(line);
  }

  enter(state: ExchangeState): void {
    this.#record.state = state;
  }

  /** As a socket would have ended: nobody said goodbye to a stream that was broken off. */
  close(outcome: ReplyOutcome): void {
    this.enter('over');
    const wasClean = outcome === 'complete' || outcome === 'void';
    this.#record.recordClose({ code: wasClean ? 1000 : 1006, reason: outcome, wasClean });
    this.#book.connectionClosed();
  }
}
