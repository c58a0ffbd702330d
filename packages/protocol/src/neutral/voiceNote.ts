// This file defines the shape of a vendor of voice notes: one upload, one streamed reply, then the next upload.
import type { FormPart } from '../wire/multipart.ts';
import type { DecodeUtf8 } from '../wire/utf8.ts';
import type { HttpRequest } from './http.ts';
import type { ParseResult } from './parseResult.ts';
import type { CloseVerdict, RetryAdvice, SessionEvent } from './session.ts';
import type { CredentialsSource, PlatformBase64 } from './vendor.ts';

/**
 * One HTTP request whose body is a form. `headers` hold a secret, and no `Content-Type`: `fetch` derives it from a
 * `FormData`, and `encodeMultipart` gives it where there is none.
 */
export interface FormRequest extends Omit<HttpRequest, 'body'> {
  readonly form: readonly FormPart[];
}

/** What a user says or writes. */
export type NoteContent =
  /** A whole file, of a kind in `capabilities.uploads`. Must stay as it is until it is sent. */
  | { readonly audio: Uint8Array; readonly text?: never }
  /** Written, where `capabilities.uploads` has `text`. The reply is of the kind that a spoken note gets. */
  | { readonly text: string; readonly audio?: never };

/** What a user sends. */
export type VoiceNote = NoteContent & {
  /** What the agent should know beforehand, in the order in which it happened. */
  readonly contextualUpdates?: readonly ContextualUpdate[];
};

/** Something that happened before the note. */
export interface ContextualUpdate {
  readonly text: string;
  /** ISO 8601 with a zone; in the past. */
  readonly happenedAt: string;
}

/** What a reply tells, in the neutral words of sessions. */
export type VoiceNoteEvent = Extract<
  SessionEvent,
  {
    readonly type:
      | 'sessionAccepted'
      | 'transcript'
      | 'agentText'
      | 'agentAudio'
      | 'agentAudioEnded'
      | 'filler'
      | 'agentAction'
      | 'turnCompleted'
      | 'vendorError'
      | 'unknownMessage'
      | 'malformedMessage';
  }
>;

/** What a vendor of notes offers and demands. */
export interface VoiceNoteCapabilities {
  readonly uploads: readonly ('wav' | 'mp3' | 'text')[];
  /** Hz; what to record at. */
  readonly uploadSampleRate: number;
  /** Of a file, or of a text in UTF-8. */
  readonly maxUploadBytes: number;
  /** Longest note, in ms, where the file tells how long it is. */
  readonly maxUploadMs: number;
  /** Notes per user. `null`: none is known. */
  readonly maxNoteRate: { readonly noteCount: number; readonly windowMs: number } | null;
  /** All in ms. */
  readonly timeouts: {
    readonly credentialsMs: number;
    /** From the call to the first byte of the answer's head. */
    readonly answerMs: number;
    /** Without a single byte, until the agent's first words. */
    readonly idleMs: number;
    /** From the call to the end of the reply. */
    readonly replyMs: number;
    /** From the complete reply to the server's end of the stream; then the client ends it. */
    readonly drainMs: number;
  };
}

/** As for sessions; and `ask`: the note may have been taken, so sending it again could say it twice. The user decides. */
export type NoteRetryAdvice = RetryAdvice | 'ask';

/** What the end of an exchange means. */
export interface NoteVerdict extends Omit<CloseVerdict, 'retry'> {
  readonly retry: NoteRetryAdvice;
  /** The reply stands, and the conversation is over but not wound up: ask the server to finish it. */
  readonly needsFinish?: true;
}

/**
 * How the body of an answer ended: the server closed it; the network broke; we cancelled it. `broken` is also an answer
 * that never came.
 */
export type NoteEnding = 'closed' | 'broken' | 'cancelled';

/** What the end of an exchange gives. */
export interface NoteOutcome {
  readonly events: readonly VoiceNoteEvent[];
  readonly verdict: NoteVerdict;
  /** True when no further note can be sent: the agent ended the conversation. */
  readonly isConversationOver: boolean;
}

/** One note and the reply to it. Never throws on wire data. */
export interface NoteExchange {
  readonly request: FormRequest;
  /** True from the moment the reply is complete; what follows matters little, see `timeouts.drainMs`. */
  readonly isComplete: boolean;
  /**
   * The head of the answer came.
   * @param header   Value of a header by its name in lower case, or null.
   * @param nowEpochMs Now, in ms since 1970: servers tell in wall-clock time when to come back.
   */
  answered(status: number, header: (name: string) => string | null, nowEpochMs: number): void;
  /** The next bytes of the body, cut anywhere. */
  read(bytes: Uint8Array): readonly VoiceNoteEvent[];
  /** Nothing more comes. Call it once, whatever happened. */
  end(ending: NoteEnding): NoteOutcome;
}

/**
 * The rules of one conversation: one exchange at a time, and none after the end.
 * - `open`: a note may be sent.
 * - `busy`: an exchange has not ended yet.
 * - `over`: the agent ended the conversation.
 */
export interface NoteConversation<Credentials = unknown> {
  readonly phase: 'open' | 'busy' | 'over';
  /** Describes the upload; issues when the conversation is not open, or the note cannot be sent. */
  begin(credentials: Credentials, note: VoiceNote): ParseResult<NoteExchange>;
}

/** What the platform does faster; the results are the same. */
export interface NotePlatform extends Pick<PlatformBase64, 'decodeWhole'> {
  readonly decodeUtf8?: DecodeUtf8;
}

/** A vendor of voice notes, as whoever sends them sees it. `Credentials` is opaque. */
export interface VoiceNoteVendor<Credentials = unknown> {
  /** Stable name for reports. Never branch on it. */
  readonly id: string;
  readonly capabilities: VoiceNoteCapabilities;
  readonly credentials: CredentialsSource;
  /** Checks what the credentials source gave. Issues never quote the value. */
  parseCredentials(value: unknown): ParseResult<Credentials>;
  /** The conversation these options name. Keep it from note to note. */
  createConversation(platform?: NotePlatform): NoteConversation<Credentials>;
}
