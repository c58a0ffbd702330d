// This file exports Amigo's real-time voice: its messages, constants, sign-in and the vendor value.
export { CLOSE_CODES, LIMITS, PATH, SERVICE_VERSION_SETS, SUBPROTOCOL_PREFIX } from './constants.ts';
export { LANGUAGES, REGIONS } from '../amigo-shared/place.ts';
export type { Place, Region } from '../amigo-shared/place.ts';
export { amigo } from './vendor.ts';
export type { AmigoCredentials, AmigoOptions } from './options.ts';
export type { FillerReader } from './state.ts';
export { SignInResponseSchema, parseSignInResponse, signInRequest } from '../amigo-shared/signIn.ts';
export type { SignInAccess, SignInResponse, UserToken } from '../amigo-shared/signIn.ts';
export { REFRESH_BEFORE_EXPIRY_MS, TokenCache } from '../amigo-shared/tokenCache.ts';
export type { TokenCacheOptions } from '../amigo-shared/tokenCache.ts';
export type { ApiFailure, ApiResult } from '../wire/httpAnswer.ts';
export { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
export { parseClientMessage, parseServerMessage } from './decode.ts';
export { encodeClientMessage, encodeServerMessage } from './encode.ts';
export { AgentActionSchema, AlignmentSchema } from '../amigo-shared/schemas.ts';
export type { AgentAction, Alignment } from '../amigo-shared/parts.ts';
export { AudioConfigSchema, CLIENT_SCHEMAS } from './clientMessages.ts';
export type {
  AudioConfig,
  ContinueConversationMessage,
  NewAudioMessage,
  NewTextMessage,
  StartConversationMessage,
  SwitchVadModeMessage,
} from './clientMessages.ts';
export { SERVER_SCHEMAS } from './schemas.ts';
export type {
  ClientMessage,
  ConversationCreatedMessage,
  InteractionCompleteMessage,
  MessageOf,
  NewMessage,
  ServerMessage,
  VadModeSwitchedMessage,
  VadSpeechEndedMessage,
  VadSpeechResetZeroMessage,
  VadSpeechStartedMessage,
} from './messages.ts';
export type { UnknownMessage } from '../wire/readWire.ts';
