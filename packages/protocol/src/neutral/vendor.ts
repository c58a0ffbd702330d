// This file defines the shape of a vendor: a value that the session engine talks to without knowing its name.
import type { Capabilities } from './capabilities.ts';
import type { ParseIssue, ParseResult } from './parseResult.ts';
import type { CloseVerdict, SessionCommand, SessionEvent } from './session.ts';

/** A literal, or a function that is called anew for every connection attempt. */
export type CredentialsSource = unknown | (() => unknown | Promise<unknown>);

/** Where and how to open the socket. */
export interface ConnectionRequest {
  readonly url: string;
  readonly subprotocols: readonly string[];
}

/** Data for the socket. `control` is never dropped; `audio` may be, when it is stale. */
export interface OutboundMessage {
  readonly kind: 'control' | 'audio';
  readonly payload: string | Uint8Array;
  /** What may be shown of it: the message with secrets masked, or a description of binary data. Never a secret. */
  readonly redacted: string;
}

/** What a step of a vendor's session gives back. */
export interface SessionStep {
  readonly send: readonly OutboundMessage[];
  readonly events: readonly SessionEvent[];
}

/**
 * One connection's protocol state: which message is legal when, and what the wire means. Does no I/O, reads no clock,
 * never throws on wire data.
 */
export interface VendorSession {
  /** The socket is open: the messages that must go first. */
  open(): SessionStep;
  /** A message arrived. */
  receive(data: string | Uint8Array): SessionStep;
  /** The engine wants to say something. A command that is not legal now is refused with issues and changes nothing. */
  command(command: SessionCommand): { readonly ok: true; readonly step: SessionStep } | { readonly ok: false; readonly issues: readonly ParseIssue[] };
  /** The socket closed. `wasOpen` is false when it never opened. */
  closed(close: { readonly code: number; readonly reason: string; readonly wasOpen: boolean }): CloseVerdict;
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
