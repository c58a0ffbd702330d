// This file defines the shape of a vendor: a value that the session engine talks to without knowing its name.
import type { Capabilities } from './capabilities.ts';
import type { ParseIssue, ParseResult } from './parseResult.ts';
import type { CloseVerdict, SessionCommand, SessionEvent } from './session.ts';

/**
 * A literal, or a function that is called anew for every connection attempt and may be async. What it gives may be typed
 * `unknown`, as `response.json()` is in Node: `parseCredentials` checks it.
 */
export type CredentialsSource<Literal = unknown> = Literal | (() => unknown);

/** Where and how to open the socket. */
export interface ConnectionRequest {
  readonly url: string;
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
 * most once; `vendor.contract.ts` holds every vendor to it.
 */
export interface VendorSession {
  /** The socket is open: the messages that must go first. */
  open(): SessionStep;
  /** A message arrived. */
  receive(data: string | Uint8Array): SessionStep;
  /** The engine wants to say something. A command that is not legal now is refused with issues and changes nothing. */
  command(command: SessionCommand): CommandResult;
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
  createSession(credentials: Credentials): VendorSession;
  /** What may be shown of an inbound message: secrets masked, audio described. */
  redactInbound(data: string | Uint8Array): string;
}
