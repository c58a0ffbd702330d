// This file exports the vendor-neutral vocabulary. Each vendor has an entry point of its own.
export type { AudioFormat, Capabilities, PcmFormat, VendorTimeouts } from './neutral/capabilities.ts';
export type { ParseIssue, ParseResult } from './neutral/parseResult.ts';
export type { CloseReasonCode, CloseVerdict, EndCause, RetryAdvice, SessionCommand, SessionEvent } from './neutral/session.ts';
export type {
  ConnectionRequest,
  CredentialsSource,
  OutboundMessage,
  SessionStep,
  Vendor,
  VendorSession,
} from './neutral/vendor.ts';
