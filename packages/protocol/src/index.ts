// This file exports the vendor-neutral vocabulary: types, and the one error. Each vendor has an entry point of its own.
export type { AudioFormat, Capabilities, PcmFormat, VendorTimeouts } from './neutral/capabilities.ts';
export type { CredentialsFailureCode, HttpRequest } from './neutral/http.ts';
export type { ParseIssue, ParseResult } from './neutral/parseResult.ts';
export type {
  CloseReasonCode,
  CloseVerdict,
  EndCause,
  RetryAdvice,
  SessionCommand,
  SessionEvent,
} from './neutral/session.ts';
export type {
  CommandResult,
  ConnectionRequest,
  CredentialsSource,
  OutboundMessage,
  SessionStep,
  SocketClose,
  Vendor,
  VendorSession,
} from './neutral/vendor.ts';
export { VendorOptionsError } from './neutral/vendorOptionsError.ts';
