// This file leads one exchange from the answer's head to its end: a stream that is a reply, or a body that says why not.
import type { NoteEnding, NoteExchange, NoteOutcome, NoteVerdict, VoiceNoteEvent } from '../neutral/voiceNote.ts';
import { maskWords } from '../wire/maskWords.ts';
import { NdjsonParser } from '../wire/ndjson.ts';
import { parseJsonObject } from '../wire/parseJsonObject.ts';
import { decodeUtf8 } from '../wire/utf8.ts';
import { parseServerMessage } from './codec.ts';
import { LIMITS } from './constants.ts';
import type { ServerMessage } from './messages.ts';
import { Reply, type ReplyOptions } from './reply.ts';
import { judgeStatus, readRetryAfterMs } from './verdict.ts';

/** What an exchange needs besides its request. */
export interface ReplyReaderOptions extends ReplyOptions {
  /** The session's secret, which no event may show. */
  readonly token: string;
  /** True when our last exchange in this conversation was cut short. */
  readonly wasJustCut?: boolean;
}

/** An exchange without its request: for answers to `createRequest` too. */
export type ReplyReader = Omit<NoteExchange, 'request'>;

/** Longest part of an error's body that is looked at, in bytes. Ours. */
const MAX_ERROR_BYTES = 16_384;

/** Reads the answer to one `interactRequest` or `createRequest`. */
export function createReplyReader(options: ReplyReaderOptions): ReplyReader {
  const reply = new Reply(options);
  const { decodeUtf8: decode } = options.platform;
  const lines = new NdjsonParser<ServerMessage>({
    parseLine: parseServerMessage,
    maxLineBytes: LIMITS.maxLineBytes,
    ...(decode === undefined ? {} : { decodeUtf8: decode }),
  });
  const errorBody = new Uint8Array(MAX_ERROR_BYTES);
  let errorBodyBytes = 0;
  let answer: { readonly status: number; readonly retryAfterMs: number | undefined } | undefined;

  const isRefused = (): boolean => answer !== undefined && (answer.status < 200 || answer.status >= 300);
  const masked = (events: readonly VoiceNoteEvent[]): VoiceNoteEvent[] =>
    events.map((event) => maskWords(event, options.token));

  function judge(ending: NoteEnding): NoteVerdict {
    const context = { retryAfterMs: answer?.retryAfterMs, wasJustCut: options.wasJustCut === true };
    if (answer !== undefined && isRefused()) return judgeStatus(answer.status, { ...context, isVoid: false });
    if (reply.phase === 'complete') return { code: 'ended', retry: 'none', vendorCode: 'interaction-complete' };
    if (reply.failure !== undefined) {
      const { http_error_code: status } = reply.failure;
      // Whatever the failure was: the vendor says to keep the reply and to finish the conversation again.
      if (reply.phase === 'unwound')
        return { code: 'ended', retry: 'none', needsFinish: true, vendorCode: String(status) };
      return judgeStatus(status, { ...context, isVoid: true });
    }
    return judgeCut(ending, answer !== undefined);
  }

  return {
    get isComplete() {
      return reply.phase === 'complete' || reply.phase === 'unwound';
    },
    answered(status, header, nowEpochMs) {
      answer = { status, retryAfterMs: readRetryAfterMs(header, nowEpochMs) };
    },
    read(bytes) {
      if (!isRefused()) return masked(lines.read(bytes).flatMap((line) => reply.take(line)));
      const kept = bytes.subarray(0, MAX_ERROR_BYTES - errorBodyBytes);
      errorBody.set(kept, errorBodyBytes);
      errorBodyBytes += kept.length;
      return [];
    },
    end(ending): NoteOutcome {
      const events = masked(lastEvents(ending));
      const verdict = judge(ending);
      return { events, verdict, isConversationOver: reply.isConversationOver || verdict.needsFinish === true };
    },
  };

  function lastEvents(ending: NoteEnding): readonly VoiceNoteEvent[] {
    if (answer !== undefined && isRefused()) {
      return [readErrorBody(answer.status, decodeUtf8(errorBody.subarray(0, errorBodyBytes)))];
    }
    // A line that we cut ourselves is not worth a complaint.
    const last = ending === 'cancelled' ? [] : lines.end().flatMap((line) => reply.take(line));
    return [...last, ...reply.end()];
  }
}

/** A stream that ends without `interaction-complete` is no success, whatever its status was. */
function judgeCut(ending: NoteEnding, hasAnswer: boolean): NoteVerdict {
  switch (ending) {
    case 'cancelled':
      return { code: 'ended', retry: 'none', vendorCode: 'cancelled' };
    case 'closed':
      return { code: 'closed-by-server', retry: 'ask', vendorCode: 'no interaction-complete' };
    case 'broken':
      return { code: hasAnswer ? 'connection-lost' : 'connect-failed', retry: 'ask', vendorCode: 'network' };
  }
}

/** The vendor's SDKs look for these fields, in this order; a body that is no JSON is taken as it is. */
function readErrorBody(status: number, bodyText: string): VoiceNoteEvent {
  const parsed = parseJsonObject(bodyText, MAX_ERROR_BYTES);
  const body = parsed.ok ? parsed.message : {};
  const firstText = (names: readonly string[]): string | undefined =>
    names.map((name) => body[name]).find((value): value is string => typeof value === 'string' && value !== '');
  const vendorMessage = firstText(['message', 'error', 'detail']) ?? (parsed.ok ? '' : bodyText.trim());
  return { type: 'vendorError', vendorCode: firstText(['code', 'error_code']) ?? String(status), vendorMessage };
}
