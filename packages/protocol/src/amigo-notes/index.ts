// This file exports Amigo's voice notes: messages, constants, requests and the vendor value.
export {
  ClientMessageSchema,
  CreateBodySchema,
  CreateQuerySchema,
  InteractQuerySchema,
  ListQuerySchema,
  RecordedMessageSchema,
  RequestAudioConfigSchema,
  RequestHeadersSchema,
  ResponseAudioFormatSchema,
  SourceQuerySchema,
} from './requestMessages.ts';
export type {
  ClientMessage,
  CreateBody,
  CreateQuery,
  InteractQuery,
  ListQuery,
  RecordedMessage,
  RequestAudioConfig,
  RequestHeaders,
  ResponseAudioFormat,
  SourceQuery,
} from './requestMessages.ts';
export { parseCreateBody, parseCreateQuery, parseInteractQuery, parseListQuery } from './parseRequest.ts';
export type { QueryPairs } from './parseRequest.ts';
export { AgentActionSchema, AlignmentSchema } from '../amigo-shared/schemas.ts';
export type { AgentAction, Alignment } from '../amigo-shared/parts.ts';
export { LANGUAGES, REGIONS } from '../amigo-shared/place.ts';
export type { Place, Region } from '../amigo-shared/place.ts';
export { SignInResponseSchema, parseSignInResponse, signInRequest } from '../amigo-shared/signIn.ts';
export type { SignInAccess, SignInResponse, UserToken } from '../amigo-shared/signIn.ts';
export { REFRESH_BEFORE_EXPIRY_MS, TokenCache } from '../amigo-shared/tokenCache.ts';
export type { TokenCacheOptions } from '../amigo-shared/tokenCache.ts';
export type { ApiFailure, ApiResult } from '../wire/httpAnswer.ts';
export { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
export { encodeMultipart } from '../wire/multipart.ts';
export type { FormPart, MultipartBody } from '../wire/multipart.ts';
export { encodeClientMessage, encodeServerMessage, parseClientMessage, parseServerMessage } from './codec.ts';
export { FILLERS_ONLY, LIMITS, STATUS_CODES } from './constants.ts';
export { createReplyReader } from './exchange.ts';
export type { ReplyReader, ReplyReaderOptions } from './exchange.ts';
export {
  ConversationCreatedSchema,
  ConversationSchema,
  CurrentAgentActionSchema,
  EndSessionSchema,
  ErrorBodySchema,
  ErrorSchema,
  InteractionCompleteSchema,
  ListResponseSchema,
  NewMessageSchema,
  SourceResponseSchema,
  UserMessageAvailableSchema,
} from './schemas.ts';
export type { Conversation, ErrorBody, ListResponse, SourceResponse } from './schemas.ts';
export { RATE_HEADERS } from './messages.ts';
export type {
  ConversationCreatedEvent,
  CurrentAgentActionEvent,
  EndSessionEvent,
  ErrorEvent,
  InteractionCompleteEvent,
  NewMessageEvent,
  ServerMessage,
  UserMessageAvailableEvent,
} from './messages.ts';
export {
  createRequest,
  finishRequest,
  interactRequest,
  listRequest,
  parseListResponse,
  parseSourceResponse,
  sourceRequest,
} from './requests.ts';
export type { NotesAccess } from './requests.ts';
export type { ReplyWishes } from './note.ts';
export { CAPABILITIES, amigoNotes } from './vendor.ts';
export type { AmigoNotesCredentials, AmigoNotesOptions } from './vendor.ts';
export { judgeFinish } from './verdict.ts';
export type { UnknownMessage } from '../wire/readWire.ts';
