// This file lists the constants of the Voice API, each with the page it comes from.
//
// Pages, all on https://docs.getworkbuddy.com, stored copies read 2026-11-21: [guide] /web-guide, [auth] /authentication,
// [ws] /websocket; [trouble] /troubleshooting is taken from notes on it, not from the page. "Ours" marks a choice where no
// page says anything.

/** Paths below the API's base URL. The socket's is for servers only: a client connects to the `ws_url` it was given. */
export const PATHS = {
  /** `POST`, bearer key, no body; answers with {@link TokenResponse}. [auth], [guide] step 1. */
  token: '/api/v1/sdk/token',
  /** `POST`, bearer key, no body; answers `{"status":"ok"}`. [auth] "Health Check". */
  heartbeat: '/api/v1/sdk/heartbeat',
  /** The WebSocket. [auth], in the example of a token response. */
  ws: '/api/v1/sdk/ws',
} as const;

/** Codes with which the server closes the socket. [trouble]. Keys agree with {@link ERROR_CODES}. */
export const CLOSE_CODES = {
  /** The agent disconnected or the session ended. */
  ended: 1000,
  /** The token did not come in time. */
  authTimeout: 4001,
  /** The first message was not JSON or had no `token`. */
  invalidAuth: 4002,
  /** The token is wrong, expired or used. */
  authFailed: 4003,
  /** The server could not set the session up. */
  sessionSetupFailed: 4500,
} as const;

/**
 * Values of `code` in an `error` message. [trouble]. The page lists them apart from the close codes; they
 * are paired by meaning.
 */
export const ERROR_CODES = {
  authTimeout: 'AUTH_TIMEOUT',
  invalidAuth: 'INVALID_AUTH',
  authFailed: 'AUTH_FAILED',
  sessionSetupFailed: 'SESSION_SETUP_FAILED',
} as const;

/** Known values of `reason` in a `session_ended` message; the field is open, others may come. [ws], [guide] step 2. */
export const END_REASONS = {
  agentDisconnected: 'agent_disconnected',
  /** So in [guide]. */
  sessionClosed: 'session_closed',
  /** So in [ws]. Means the same. */
  roomClosed: 'room_closed',
  serverShutdown: 'server_shutdown',
} as const;

/** Sizes and times of the protocol. */
export * as LIMITS from './limits.ts';
