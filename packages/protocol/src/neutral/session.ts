// This file defines the vendor-neutral vocabulary: commands go out, events come in, and every vendor translates.
import type { AudioFormat } from './capabilities.ts';
import type { ParseIssue } from './parseResult.ts';

/** What the engine asks a vendor to say. Illegal commands give issues, never exceptions. */
export type SessionCommand =
  /** One uplink message of audio in the vendor's `uplinkAudio` format. */
  { readonly type: 'sendAudio'; readonly bytes: Uint8Array };

/** Who or what ended a session, as far as the wire tells. */
export type EndCause =
  /** The agent hung up. */
  | 'agent-ended'
  /** The server closed the session. */
  | 'server-ended'
  /** The server is going down. */
  | 'server-shutdown'
  /** A reason this version does not know; see `vendorReason`. */
  | 'unknown';

/** What a vendor says, in neutral words. */
export type SessionEvent =
  /** The vendor took the credentials; uplink audio may flow from now on. */
  | { readonly type: 'sessionAccepted' }
  /** The agent is listening. */
  | { readonly type: 'agentReady' }
  /** Encoded agent audio, as received; `generation` names the reply, or is absent where the vendor names none. */
  | {
      readonly type: 'agentAudio';
      readonly bytes: Uint8Array;
      readonly format: AudioFormat;
      readonly generation?: string;
    }
  /** The session is over; a socket close follows or is ours to make. */
  | { readonly type: 'sessionEnded'; readonly cause: EndCause; readonly vendorReason: string }
  /** The vendor reports a failure; most vendors close the socket next, and the close decides what it means. */
  | { readonly type: 'vendorError'; readonly vendorCode: string; readonly vendorMessage: string }
  /** A message of a type this version does not know. Harmless. */
  | { readonly type: 'unknownMessage'; readonly messageType: string }
  /** Wire data that could not be read; it was dropped. */
  | { readonly type: 'malformedMessage'; readonly issues: readonly ParseIssue[] };

/**
 * What a failed or ended connection means and what may be done about it.
 * - `none`: it ended as it should.
 * - `never`: a retry cannot help (wrong key, programming error).
 * - `new-credentials`: retry at once with fresh credentials, but once: the same verdict again is final.
 * - `backoff`: retry after a delay, with fresh credentials.
 */
export type RetryAdvice = 'none' | 'never' | 'new-credentials' | 'backoff';

/** Stable reasons a vendor gives for a connection that ended. They are error codes of the client. */
export type CloseReasonCode =
  | 'ended'
  | 'auth-failed'
  | 'auth-timeout'
  | 'auth-invalid'
  | 'session-setup-failed'
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
}
