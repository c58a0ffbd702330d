// This file exports the Voice API: its messages, constants, requests and the vendor value.
export { CLOSE_CODES, END_REASONS, ERROR_CODES, LIMITS, PATHS } from './constants.ts';
export { CAPABILITIES, voiceApi } from './vendor.ts';
export type { VoiceApiCredentials, VoiceApiOptions } from './vendor.ts';
export { heartbeatRequest, parseHeartbeatResponse, parseTokenResponse, tokenRequest } from './token.ts';
export type { ApiAccess } from './token.ts';
export type { ApiFailure, ApiResult } from '../wire/httpAnswer.ts';
export { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
export { parseClientMessage, parseServerMessage } from './decode.ts';
export { encodeClientMessage, encodeServerMessage } from './encode.ts';
export {
  AgentReadySchema,
  AuthSchema,
  ConnectedSchema,
  ErrorSchema,
  HeartbeatResponseSchema,
  SessionEndedSchema,
  TokenResponseSchema,
} from './schemas.ts';
export type { HeartbeatResponse, TokenResponse } from './schemas.ts';
export type {
  AgentReadyMessage,
  AudioMessage,
  AuthMessage,
  ClientMessage,
  ConnectedMessage,
  ErrorMessage,
  ServerMessage,
  SessionEndedMessage,
} from './messages.ts';
export type { UnknownMessage } from '../wire/readWire.ts';
