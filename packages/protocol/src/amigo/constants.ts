// This file lists the constants of Amigo's real-time voice, each with where it comes from.
//
// Sources: [rt] docs.amigo.ai, "Real-time Voice (WebSocket)", stored copy read 2026-11-21; [oas] the OpenAPI document in
// amigo-ai/amigo-typescript-sdk at ff80074; [ext] docs.amigo.ai on external events; [plat] src/core/ of
// amigo-ai/amigo-platform-typescript-sdk at 72d79fc, another API of the vendor's, as a precedent. All but [rt] are known
// from notes taken on them. "Ours" marks a choice where nothing is written.

/** The WebSocket, below the organization's URL. [rt] "Endpoint". */
export const PATH = 'conversation/converse_realtime';

/** Comes before the token in the one subprotocol; the server repeats it all. [rt] "Authentication". */
export const SUBPROTOCOL_PREFIX = 'bearer.authorization.amigo.ai.';

/** Codes with which the server closes the socket. [rt] "WebSocket Close Codes". */
export const CLOSE_CODES = {
  /** Not in the table; RFC 6455. */
  ended: 1000,
  unauthorized: 3000,
  forbidden: 3003,
  /** 30 s without a message of ours. */
  timeout: 3008,
  badRequest: 4000,
  /** Service or conversation unknown; or, by [regions], an organization of another region. */
  notFound: 4004,
  /** The conversation is locked or finished, or there is a second connection. */
  conflict: 4009,
  unsupportedMedia: 4015,
  rateLimited: 4029,
} as const;

/** Sizes, rates and times of the protocol. */
export const LIMITS = {
  /** Hz, of audio from the user; mono, signed 16-bit little-endian. [rt] "PCM Format". */
  sampleRate: 16_000,
  /** Messages of all types. Whether the minute slides is not said; [rt] "Rate Limits". */
  messagesPerMinute: 1200,
  /**
   * Audio per message, in ms. [rt] advises 20 to 60, and 1200 messages a minute: 50 ms would use them all, so 60 it is,
   * at 1000 a minute.
   */
  audioMessageMs: 60,
  /** The server closes with 3008 when we say nothing for so long. [rt] "Rate Limits". */
  idleTimeoutMs: 30_000,
  /** The same table: how often to say `client.extend-timeout`. */
  keepAliveMs: 15_000,
  /** "1MB" in [rt]; the smaller reading. */
  maxMessageBytes: 1_000_000,
  /** How long switching turn detection off may take. [rt] "Finish Conversation". */
  vadOffMs: 10_000,
  /** Largest inbound message that is looked at. Ours: 98 s of base64 PCM at 16 kHz, and bounds memory. */
  maxInboundMessageBytes: 4_194_304,
} as const;

/** How long answers are awaited, in ms. Ours, but for `vadOff`, which gives the server 2 s more than it asks for. */
export const WAITS = {
  vadOnMs: 5000,
  vadOffMs: 12_000,
  finishMs: 10_000,
  /** Without any message while the agent has the turn: the connection is dead. */
  replyMs: 45_000,
} as const;

/** Retries of `never` at first sight, and their bounds, in ms. */
export const RETRIES = {
  /** The floor of [plat] for 4029 and 1013. */
  rateLimitMs: 5000,
  /** A connection that broke off may hold the conversation for the 30 s of the idle timeout. Ours: 5 s on top. */
  conflictMs: 35_000,
} as const;

/** Names of service version sets that every service has; others are an organization's own. [rt] "Start New Conversation". */
export const SERVICE_VERSION_SETS = { release: 'release', edge: 'edge' } as const;
