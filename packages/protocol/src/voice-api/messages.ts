// This file models every message and HTTP body of the Voice API in the vendor's own spelling: shapes, schemas and types.
//
// Pages: [guide], [auth], [ws] as listed in constants.ts. Objects are loose: fields that this version does not know are
// kept, as `unknown`.
import * as v from 'valibot';
import { ANY_WORD, WEB_SOCKET_URL } from '../neutral/vendorOptions.ts';
import { messageSchema } from '../wire/schemaOf.ts';
import type { MessageShapes } from '../wire/shape.ts';

/** Credentials are what the token endpoint answers. */
export const CREDENTIALS_RULES = {
  /** Secret. Opens one session, within five minutes. */
  token: ANY_WORD,
  /** Where to connect, exactly as given. */
  ws_url: WEB_SOCKET_URL,
};

/** Body of a 200 from `POST /api/v1/sdk/token`; also the shape of the credentials. [auth] "Token Endpoint". */
export const TokenResponseSchema = v.looseObject({
  token: v.pipe(v.string(), v.regex(...CREDENTIALS_RULES.token)),
  ws_url: v.pipe(v.string(), v.regex(...CREDENTIALS_RULES.ws_url)),
});
export type TokenResponse = v.InferOutput<typeof TokenResponseSchema>;

/** Body of a 200 from `POST /api/v1/sdk/heartbeat`; `status` is `ok`. [auth] "Health Check". */
export const HeartbeatResponseSchema = v.looseObject({ status: v.string() });
export type HeartbeatResponse = v.InferOutput<typeof HeartbeatResponseSchema>;

/** Wire form of {@link AuthMessage}: the one message without a `type`. [ws] "Authentication". */
export const AuthSchema = v.looseObject({ token: v.string() });

/** The server's text messages by their `type`. */
export const SERVER_SHAPES = {
  /** The token was taken; microphone audio may flow. [ws] "Server Messages". */
  connected: {},
  /** The agent is listening. [ws] "Server Messages". */
  agent_ready: {},
  /** The session is over. `reason` is open; known values in `END_REASONS`. [ws], [guide] step 2. */
  session_ended: { reason: 'string' },
  /** A failure; the server closes the socket next. `code` is open; known values in `ERROR_CODES`. [ws], [trouble]. */
  error: { code: 'string', message: 'string' },
} as const satisfies MessageShapes;

export const ConnectedSchema = messageSchema('type', 'connected', SERVER_SHAPES.connected);
export const AgentReadySchema = messageSchema('type', 'agent_ready', SERVER_SHAPES.agent_ready);
export const SessionEndedSchema = messageSchema('type', 'session_ended', SERVER_SHAPES.session_ended);
export const ErrorSchema = messageSchema('type', 'error', SERVER_SHAPES.error);

export type ConnectedMessage = v.InferOutput<typeof ConnectedSchema>;
export type AgentReadyMessage = v.InferOutput<typeof AgentReadySchema>;
export type SessionEndedMessage = v.InferOutput<typeof SessionEndedSchema>;
export type ErrorMessage = v.InferOutput<typeof ErrorSchema>;

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
