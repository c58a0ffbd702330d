// This file defines the vendor-neutral vocabulary: commands go out, events come in, and every vendor translates.
import type { AudioFormat, PcmFormat } from './audioFormat.ts';
import type { TurnDetector } from './capabilities.ts';
import type { ParseIssue } from './parseResult.ts';

/** What the engine asks a vendor to say. Commands that are illegal now, or not offered, give issues, never exceptions. */
export type SessionCommand =
  /** One uplink message of audio in the vendor's `uplinkAudio` format. Legal from `uplinkOpened` to `uplinkClosed`. */
  | { readonly type: 'sendAudio'; readonly bytes: Uint8Array }
  /** The user's utterance is complete; for turns that the client detects. */
  | { readonly type: 'endUserTurn' }
  /** Text in the user's name; the agent answers it. */
  | { readonly type: 'sendUserMessage'; readonly text: string }
  /** Something the agent should know. `startTurn`: and should answer now; absent means no. */
  | { readonly type: 'sendContextualUpdate'; readonly text: string; readonly startTurn?: boolean }
  /** The agent shall stop speaking. */
  | { readonly type: 'interrupt' }
  /** Who detects the user's turns from now on; `turnDetectorChanged` confirms. */
  | { readonly type: 'setTurnDetector'; readonly detector: TurnDetector }
  /** Nothing to say, and still here; see `capabilities.keepAlive`. Legal from socket open; sends nothing where not needed. */
  | { readonly type: 'keepAlive' }
  /** Complete the conversation: it cannot be taken up again. `sessionEnded` follows, after whatever the vendor needs. */
  | { readonly type: 'finish' }
  /**
   * Hang up and leave the conversation as it is. Legal from socket open; `sessionEnded` is in the same step. Where the
   * step sends nothing, there is no server's close to wait for.
   */
  | { readonly type: 'leave' }
  /**
   * A message of the vendor's, as an object in wire spelling, for what has no word here. It is checked as far as its type
   * is known. Messages on which the session rules depend are refused: those have a command, or go by themselves.
   */
  | { readonly type: 'sendRaw'; readonly message: unknown };

/** Who or what ended a session, as far as the wire tells. */
export type EndCause =
  /** The agent hung up. */
  | 'agent-ended'
  /** The server closed the session. */
  | 'server-ended'
  /** The server is going down. */
  | 'server-shutdown'
  /** Our own `finish` or `leave`. */
  | 'client-ended'
  /** A reason this version does not know; see `vendorReason`. */
  | 'unknown';

/** When a piece of a reply's text is heard. */
export interface TextTiming {
  /** From the start of the reply's audio (of its `streamId`, where it has one), in ms. */
  readonly atMs: number;
  readonly text: string;
}

/** What a vendor says, in neutral words. `generation` names the reply, or is absent where the vendor names none. */
export type SessionEvent =
  /** The vendor took the credentials; the agent may speak from now on. `conversationId`: where the vendor has one. */
  | { readonly type: 'sessionAccepted'; readonly conversationId?: string; readonly isResumed?: boolean }
  /** `sendAudio` is legal from now on. Opens at acceptance or later; may close and open again, as turns change. */
  | { readonly type: 'uplinkOpened' }
  /** `sendAudio` is refused from now on. Not said again when the session ends. */
  | { readonly type: 'uplinkClosed' }
  /** The agent is listening. */
  | { readonly type: 'agentReady' }
  /** The server hears the user. Times are ms on the server's speech clock. */
  | { readonly type: 'userSpeechStarted'; readonly startMs?: number }
  /** The server hears the user no more. */
  | { readonly type: 'userSpeechEnded'; readonly startMs?: number; readonly endMs?: number }
  /** The server's speech clock was set to zero: times in later events count from now. */
  | { readonly type: 'speechClockReset' }
  /**
   * What the user said. Not final: replaces what was not final before it. Final and empty: the sound was no speech, and
   * an `interrupted` that `isTentative` may be taken back.
   */
  | { readonly type: 'transcript'; readonly text: string; readonly isFinal: boolean }
  /** The next piece of what the agent says; pieces of one generation are joined as they are, without spaces. */
  | {
      readonly type: 'agentText';
      readonly text: string;
      readonly generation?: string;
      /** When parts of `text` are heard. Absent: the vendor does not tell. */
      readonly alignment?: readonly TextTiming[];
    }
  /** Encoded agent audio, as received. */
  | {
      readonly type: 'agentAudio';
      readonly bytes: Uint8Array;
      readonly format: AudioFormat;
      readonly generation?: string;
      /** Audio that is decoded by itself: a new value means a new decoder. Absent: one decoder per generation. */
      readonly streamId?: string;
    }
  /** No more audio follows for this `streamId`, or for the generation where there is none. */
  | { readonly type: 'agentAudioEnded'; readonly generation?: string; readonly streamId?: string }
  /**
   * Something to bridge a wait with, at the lowest priority: play it only while no agent audio is queued, cut it when
   * some comes. Either sound or, where the vendor has none, words.
   */
  | { readonly type: 'filler'; readonly content: FillerContent }
  /** The agent has said all of this reply. Its last audio may still wait to be played. */
  | {
      readonly type: 'turnCompleted';
      readonly generation?: string;
      readonly fullText?: string;
      /** The agent considers the conversation done; `sessionEnded` follows by itself. */
      readonly isConversationOver?: boolean;
    }
  /**
   * The server considers the agent interrupted: all audio that has arrived is dead, and so is what still arrives of
   * `generation`. `nextGeneration`: the reply that comes instead, where known.
   */
  | {
      readonly type: 'interrupted';
      readonly generation?: string;
      readonly nextGeneration?: string;
      /** The user made a sound, but it may not have been speech: the final `transcript` tells. */
      readonly isTentative?: boolean;
      readonly vendorReason?: string;
    }
  /** What the agent is doing, for those who care; `action` is the vendor's own and untrusted. */
  | { readonly type: 'agentAction'; readonly actionType: string; readonly action: Readonly<Record<string, unknown>> }
  /** Who detects the user's turns from now on. */
  | { readonly type: 'turnDetectorChanged'; readonly detector: TurnDetector }
  /**
   * The server owed an answer and did not give it in time; the session has gone on without. `isFatal`: it cannot, the
   * connection is to be taken for dead and closed; the close is then judged as a lost connection.
   */
  | { readonly type: 'waitExpired'; readonly awaited: string; readonly limitMs: number; readonly isFatal?: boolean }
  /** The session is over; a socket close follows or is ours to make. */
  | { readonly type: 'sessionEnded'; readonly cause: EndCause; readonly vendorReason: string }
  /** The vendor reports a failure; most vendors close the socket next, and the close decides what it means. */
  | { readonly type: 'vendorError'; readonly vendorCode: string; readonly vendorMessage: string }
  /** A message of a type this version does not know. Harmless. */
  | { readonly type: 'unknownMessage'; readonly messageType: string }
  /** Wire data that could not be read, or breaks the vendor's own order; it was dropped. */
  | { readonly type: 'malformedMessage'; readonly issues: readonly ParseIssue[] };

/** A filler, ready to play or to show. */
export type FillerContent =
  | { readonly kind: 'audio'; readonly bytes: Uint8Array; readonly format: PcmFormat }
  | { readonly kind: 'text'; readonly text: string };

/**
 * What a failed or ended connection means and what may be done about it.
 * - `none`: it ended as it should.
 * - `never`: a retry cannot help (wrong key, programming error).
 * - `new-credentials`: retry at once with fresh credentials, but once: the same verdict again is final.
 * - `backoff`: retry after a delay, with fresh credentials.
 * - `after-delay`: as `backoff`, but not before `minDelayMs`; and send less often than before.
 */
export type RetryAdvice = 'none' | 'never' | 'new-credentials' | 'backoff' | 'after-delay';

/** Stable reasons a vendor gives for a connection that ended. They are error codes of the client. */
export type CloseReasonCode =
  | 'ended'
  | 'auth-failed'
  | 'auth-timeout'
  | 'auth-invalid'
  | 'forbidden'
  | 'session-setup-failed'
  | 'conversation-not-found'
  | 'conversation-busy'
  | 'message-rejected'
  | 'audio-rejected'
  | 'idle-timeout'
  | 'rate-limited'
  | 'server-shutdown'
  | 'connect-failed'
  | 'connection-lost'
  | 'closed-by-server';

/** A vendor's reading of a closed socket. */
export interface CloseVerdict {
  readonly code: CloseReasonCode;
  readonly retry: RetryAdvice;
  /** The vendor's own words, e.g. an error code of its protocol or a close code; for reports. */
  readonly vendorCode: string;
  /** With `after-delay`, and only then: the shortest wait before the next attempt, in ms. */
  readonly minDelayMs?: number;
  /** This verdict is final after so many attempts that ended in it in a row. Absent: the engine's own limit. */
  readonly maxRetryCount?: number;
  /** This verdict is final when the last accepted session broke off longer ago than this, in ms. */
  readonly maxRetryMs?: number;
}
