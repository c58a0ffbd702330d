// This file exports Soca: its messages, constants, requests and the vendor value.
export { BARGE_GATE, CLOSE_CODES, ERROR_MESSAGES, LANGUAGES, LIMITS, PATHS, URLS } from './constants.ts';
export { CAPABILITIES, soca } from './vendor.ts';
export type { SocaCredentials, SocaKeyCredentials, SocaOptions, SocaRelayCredentials } from './vendor.ts';
export { SessionAnswerSchema, parseSessionAnswer, sessionRequest } from './createSession.ts';
export type { SessionAnswer, SessionRequestOptions } from './createSession.ts';
export type { ApiFailure, ApiResult } from '../wire/httpAnswer.ts';
export { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
export { parseClientMessage, parseServerMessage, readSeq } from './decode.ts';
export { encodeClientMessage, encodeServerMessage } from './encode.ts';
export { ClientBargeSchema, RelayStartSchema, StartSchema, StopSchema, TokenStartSchema } from './clientMessages.ts';
export type {
  ClientBargeMessage,
  RelayStartMessage,
  StartMessage,
  StopMessage,
  TokenStartMessage,
} from './clientMessages.ts';
export {
  BargeSchema,
  ErrorSchema,
  FinalAnswerSchema,
  ReadySchema,
  SentenceSchema,
  SttFinalSchema,
  SttPartialSchema,
  SttReadySchema,
} from './schemas.ts';
export type {
  AudioMessage,
  BargeMessage,
  ClientMessage,
  ErrorMessage,
  FinalAnswer,
  FinalAnswerMessage,
  ReadyMessage,
  Sentence,
  SentenceMessage,
  ServerMessage,
  SttFinalMessage,
  SttPartialMessage,
  SttReadyMessage,
} from './messages.ts';
export type { UnknownMessage } from '../wire/readWire.ts';
