// This file models every message and HTTP body of the Voice API in the vendor's own spelling: schemas and their types.
//
// Pages: [guide], [auth], [ws] as listed in constants.ts. Objects are loose: fields that this version does not know are
// kept, as `unknown`.
import * as v from 'valibot';

// No platform URL class here (this package compiles without one). A fragment makes the WebSocket constructor throw.
// One character stands for the whole host: a second `+` before the `*` would take quadratic time to fail.
const WEB_SOCKET_URL = /^wss?:\/\/[^\s\p{Cc}/?#][^\s\p{Cc}#]*$/iu;

/** Body of a 200 from `POST /api/v1/sdk/token`; also the shape of the credentials. [auth] "Token Endpoint". */
export const TokenResponseSchema = v.looseObject({
  /** Secret. Opens one session, within five minutes. */
  token: v.pipe(v.string(), v.nonEmpty('a token')),
  /** Where to connect, exactly as given. */
  ws_url: v.pipe(v.string(), v.regex(WEB_SOCKET_URL, 'a ws:// or wss:// URL without a fragment')),
});
export type TokenResponse = v.InferOutput<typeof TokenResponseSchema>;

/** Body of a 200 from `POST /api/v1/sdk/heartbeat`; `status` is `ok`. [auth] "Health Check". */
export const HeartbeatResponseSchema = v.looseObject({ status: v.string() });
export type HeartbeatResponse = v.InferOutput<typeof HeartbeatResponseSchema>;

/** Wire form of {@link AuthMessage}: the one message without a `type`. [ws] "Authentication". */
export const AuthSchema = v.looseObject({ token: v.string() });

/** The token was taken; microphone audio may flow. [ws] "Server Messages". */
export const ConnectedSchema = v.looseObject({ type: v.literal('connected') });
export type ConnectedMessage = v.InferOutput<typeof ConnectedSchema>;

/** The agent is listening. [ws] "Server Messages". */
export const AgentReadySchema = v.looseObject({ type: v.literal('agent_ready') });
export type AgentReadyMessage = v.InferOutput<typeof AgentReadySchema>;

/** The session is over. `reason` is open; known values in `END_REASONS`. [ws], [guide] step 2. */
export const SessionEndedSchema = v.looseObject({ type: v.literal('session_ended'), reason: v.string() });
export type SessionEndedMessage = v.InferOutput<typeof SessionEndedSchema>;

/** A failure; the server closes the socket next. `code` is open; known values in `ERROR_CODES`. [ws], [trouble]. */
export const ErrorSchema = v.looseObject({ type: v.literal('error'), code: v.string(), message: v.string() });
export type ErrorMessage = v.InferOutput<typeof ErrorSchema>;

/** The server's text messages by their `type`. */
export const SERVER_TEXT_SCHEMAS = {
  connected: ConnectedSchema,
  agent_ready: AgentReadySchema,
  session_ended: SessionEndedSchema,
  error: ErrorSchema,
} as const;

/** The client's first message, required. `type` is ours: on the wire it has none. */
export interface AuthMessage {
  readonly type: 'auth';
  /** Secret. */
  readonly token: string;
  /** Fields besides `token`, for servers that want to see them; no client should send any. Absent when there are none. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A binary message: mono PCM, s16le, 16 kHz. 640 bytes from a client; any length from a server. `type` is ours. */
export interface AudioMessage {
  readonly type: 'audio';
  /** As received: may be empty or odd in length. A view, not a copy. */
  readonly bytes: Uint8Array;
}

/** A text message of a type this version does not know. `type` is ours; the wire's is `messageType`. */
export interface UnknownMessage {
  readonly type: 'unknown';
  readonly messageType: string;
  /** The whole message, untrusted. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Everything a server may say. */
export type ServerMessage =
  | ConnectedMessage
  | AgentReadyMessage
  | SessionEndedMessage
  | ErrorMessage
  | AudioMessage
  | UnknownMessage;

/** Everything a client may say. */
export type ClientMessage = AuthMessage | AudioMessage | UnknownMessage;
