// This file models every message of the Voice API in the vendor's own spelling: shapes, and the types of them.
// Schemas, and HTTP bodies, are in schemas.ts.
//
// Pages: [guide], [auth], [ws] as listed in constants.ts. Objects are loose: fields that this version does not know are
// kept, as `unknown`.
import { ANY_WORD, WEB_SOCKET_URL } from '../neutral/vendorOptions.ts';
import type { UnknownMessage } from '../wire/readWire.ts';
import type { MessageIn, MessageShapes } from '../wire/shape.ts';

/** Credentials are what the token endpoint answers. */
export const CREDENTIALS_RULES = {
  /** Secret. Opens one session, within five minutes. */
  token: ANY_WORD,
  /** Where to connect, exactly as given. */
  ws_url: WEB_SOCKET_URL,
};

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

type ServerText<Kind extends keyof typeof SERVER_SHAPES> = MessageIn<'type', Kind, (typeof SERVER_SHAPES)[Kind]>;

export type ConnectedMessage = ServerText<'connected'>;
export type AgentReadyMessage = ServerText<'agent_ready'>;
export type SessionEndedMessage = ServerText<'session_ended'>;
export type ErrorMessage = ServerText<'error'>;

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
