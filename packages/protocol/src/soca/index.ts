// This file exports Soca: its messages, constants, requests and the vendor value.
export { BARGE_GATE, CLOSE_CODES, ERROR_MESSAGES, LANGUAGES, LIMITS, PATHS, URLS } from './constants.ts';
export { CAPABILITIES, soca } from './vendor.ts';
export type { SocaCredentials, SocaKeyCredentials, SocaOptions, SocaRelayCredentials } from './vendor.ts';
export { parseSessionAnswer, sessionRequest } from './createSession.ts';
export type { SessionRequestOptions } from './createSession.ts';
export type { ApiFailure, ApiResult } from '../wire/httpAnswer.ts';
export { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
export { parseClientMessage, parseServerMessage, readSeq } from './decode.ts';
export { encodeClientMessage, encodeServerMessage } from './encode.ts';
export {
  BargeSchema,
  ClientBargeSchema,
  ErrorSchema,
  FinalAnswerSchema,
  ReadySchema,
  RelayStartSchema,
  SentenceSchema,
  SessionAnswerSchema,
  StartSchema,
  StopSchema,
  SttFinalSchema,
  SttPartialSchema,
  SttReadySchema,
  TokenStartSchema,
} from './messages.ts';
export type {
  AudioMessage,
  BargeMessage,
  ClientBargeMessage,
  ClientMessage,
  ErrorMessage,
  FinalAnswer,
  FinalAnswerMessage,
  ReadyMessage,
  RelayStartMessage,
  Sentence,
  SentenceMessage,
  ServerMessage,
  SessionAnswer,
  StartMessage,
  StopMessage,
  SttFinalMessage,
  SttPartialMessage,
  SttReadyMessage,
  TokenStartMessage,
  UnknownMessage,
} from './messages.ts';
