// This file defines the shape of a vendor: a value that the session engine talks to without knowing its name.
import type { Capabilities, TurnDetector } from './capabilities.ts';
import type { ParseIssue, ParseResult } from './parseResult.ts';
import type { CloseVerdict, SessionCommand, SessionEvent } from './session.ts';

/**
 * A literal, or a function that is called anew for every connection attempt and may be async. What it gives may be typed
 * `unknown`, as `response.json()` is in Node: `parseCredentials` checks it.
 */
export type CredentialsSource<Literal = unknown> = Literal | (() => unknown);

/** Where and how to open the socket. */
export interface ConnectionRequest {
  /** Holds no secret. */
  readonly url: string;
  /** May hold a secret: never log it. */
  readonly subprotocols: readonly string[];
}

/** Data for the socket. `control` is never dropped; `audio` may be, when it is stale. */
export interface OutboundMessage {
  readonly kind: 'control' | 'audio';
  /** Audio is the bytes of the command, not a copy: they must stay as they are until the socket has taken them. */
  readonly payload: string | Uint8Array;
  /** What may be shown of it: the message with secrets masked, or a description of binary data. Never a secret. */
  readonly redacted: string;
}

/** What a step of a vendor's session gives back. */
export interface SessionStep {
  readonly send: readonly OutboundMessage[];
  readonly events: readonly SessionEvent[];
}

/** What a vendor makes of a command. A refusal changes nothing. */
export type CommandResult =
  | { readonly ok: true; readonly step: SessionStep }
  | { readonly ok: false; readonly issues: readonly ParseIssue[] };

/**
 * An answer that the server owes, and how long that may take. The engine keeps the time: it arms a timer for `limitMs`
 * when a new wait appears, clears it when the wait is gone, and calls `expireWait` when the time is up.
 */
export interface PendingWait {
  /** What is awaited, for reports: `turn-detector-on`. */
  readonly awaited: string;
  readonly limitMs: number;
}

/** Where a conversation can be taken up again. Plain data: it may be stored, and outlives the process. Holds no secret. */
export interface ResumePoint {
  readonly conversationId: string;
  /** Who detected turns, for vendors where that can change. */
  readonly turnDetector?: TurnDetector;
}

/** Base64 as the platform does it. Results must be those of RFC 4648, standard alphabet, padded. */
export interface PlatformBase64 {
  /** Decodes a whole text of complete quanta; may throw on anything else. */
  readonly decodeWhole?: (base64: string) => Uint8Array;
  readonly encodeWhole?: (bytes: Uint8Array) => string;
}

/** How a socket closed. */
export interface SocketClose {
  /** 1006 where the peer sent none. */
  readonly code: number;
  readonly reason: string;
  /** False when the socket never opened. */
  readonly wasOpen: boolean;
}

/**
 * One connection's protocol state: which message is legal when, and what the wire means. Does no I/O, reads no clock,
 * never throws on wire data.
 *
 * Whatever a server does, `agentAudio` comes only between `sessionAccepted` and `sessionEnded`, each of which comes at
 * most once; and `sendAudio` is legal exactly from `uplinkOpened` to `uplinkClosed` or `sessionEnded`. `vendor.contract.ts`
 * holds every vendor to it.
 */
export interface VendorSession {
  /** The socket is open: the messages that must go first. */
  open(): SessionStep;
  /** A message arrived. */
  receive(data: string | Uint8Array): SessionStep;
  /** The engine wants to say something. A command that is not legal now is refused with issues and changes nothing. */
  command(command: SessionCommand): CommandResult;
  /**
   * Commands that were taken and have not been sent: they wait until they are legal, each behind earlier ones of its type.
   * What waits when the connection ends was never said. Absent: none ever waits.
   */
  waitingCommands?(): readonly SessionCommand['type'][];
  /** What the server owes now. The same object for as long as it is the same wait; compare with `===`. */
  pendingWait(): PendingWait | undefined;
  /** The time of `wait` is up. What the session does without the answer; nothing when the wait is no longer pending. */
  expireWait(wait: PendingWait): SessionStep;
  /** What a later session needs to go on where this one is. `undefined`: nothing to go on with, or not possible. */
  resumePoint(): ResumePoint | undefined;
  /** The socket closed, by whichever side. What the server said before decides more than the close code. */
  closed(close: SocketClose): CloseVerdict;
}

/** A vendor as the engine sees it. `Credentials` is opaque to the engine. */
export interface Vendor<Credentials = unknown> {
  /** Stable name for reports and benchmarks. Never branch on it. */
  readonly id: string;
  readonly capabilities: Capabilities;
  readonly credentials: CredentialsSource;
  /** Checks what the credentials source gave. Issues never quote the value. */
  parseCredentials(value: unknown): ParseResult<Credentials>;
  connectionRequest(credentials: Credentials): ConnectionRequest;
  /**
   * @param resume Where an earlier session of this vendor's left off; only where `capabilities.canResume`. Ignored
   * elsewhere, and a new conversation begins.
   * @param base64 The platform's own base64, which is faster; for vendors whose audio crosses the wire so.
   */
  createSession(credentials: Credentials, resume?: ResumePoint, base64?: PlatformBase64): VendorSession;
  /** What may be shown of an inbound message: secrets masked, audio described. */
  redactInbound(data: string | Uint8Array): string;
}
