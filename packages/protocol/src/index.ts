// This file exports the vendor-neutral vocabulary: types, the one error, and the rate limiter. Each vendor has an entry
// point of its own.
export type { AudioFormat, Mp3Format, Mp3UplinkFormat, PcmFormat, UplinkFormat } from './neutral/audioFormat.ts';
export type {
  Capabilities,
  GenerationKey,
  MessageRateLimit,
  OptionalCommand,
  TurnDetector,
  VendorTimeouts,
} from './neutral/capabilities.ts';
export type { CredentialsFailureCode, HttpRequest } from './neutral/http.ts';
export type { ParseIssue, ParseResult } from './neutral/parseResult.ts';
export type { ApiFailure, ApiResult } from './wire/httpAnswer.ts';
export type {
  CloseReasonCode,
  CloseVerdict,
  EndCause,
  FillerContent,
  RetryAdvice,
  SessionCommand,
  SessionEvent,
  TextTiming,
} from './neutral/session.ts';
export type {
  CommandResult,
  ConnectionRequest,
  CredentialsSource,
  OutboundMessage,
  PendingWait,
  PlatformBase64,
  ResumePoint,
  SessionStep,
  SocketClose,
  Vendor,
  VendorSession,
} from './neutral/vendor.ts';
export type {
  ContextualUpdate,
  FormRequest,
  NoteConversation,
  NoteEnding,
  NoteExchange,
  NoteOutcome,
  NotePlatform,
  NoteRetryAdvice,
  NoteVerdict,
  NoteContent,
  VoiceNote,
  VoiceNoteCapabilities,
  VoiceNoteEvent,
  VoiceNoteVendor,
} from './neutral/voiceNote.ts';
export { MessageRateLimiter } from './neutral/messageRateLimiter.ts';
export { VendorOptionsError } from './neutral/vendorOptionsError.ts';
