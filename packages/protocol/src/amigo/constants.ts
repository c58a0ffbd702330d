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
export * as CLOSE_CODES from './closeCodes.ts';

/** Sizes, rates and times of the protocol. */
export * as LIMITS from './limits.ts';

/** How long answers are awaited, in ms. Ours, but for `vadOff`, which gives the server 2 s more than it asks for. */
export * as WAITS from './waits.ts';

/** Retries of `never` at first sight, and their bounds, in ms. */
export const RETRIES = {
  /** The floor of [plat] for 4029 and 1013. */
  rateLimitMs: 5000,
  /** A connection that broke off may hold the conversation for the 30 s of the idle timeout. Ours: 5 s on top. */
  conflictMs: 35_000,
} as const;

/** Names of service version sets that every service has; others are an organization's own. [rt] "Start New Conversation". */
export const SERVICE_VERSION_SETS = { release: 'release', edge: 'edge' } as const;
