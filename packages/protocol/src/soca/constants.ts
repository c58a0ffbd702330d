// This file lists the constants of Soca's voice stream, each with the page it comes from.
//
// Pages, on https://docs.soca.ai, stored copy read 2026-11-21: [stream] /api-reference/voice/voice-stream. From notes on them,
// not from copies: [older], an earlier state of the same page; [session] /api-reference/sessions/create_session; [demo], the
// vendor's published demo page. "Ours" marks a choice where no page says anything.

/** Where the service is. */
export * as URLS from './urls.ts';

/** Paths below the API's base URL. */
export const PATHS = {
  /** `POST` with the agent's id behind it and the key in a header; answers with a session id. [session]. */
  session: '/v1/session/',
} as const;

/** Codes with which the socket is closed. [stream] names one, in its sample of a reconnect. */
export * as CLOSE_CODES from './closeCodes.ts';

/** Known values of `message` in an `error` message; they are all that tells one error from another. [stream] "Error Handling". */
export * as ERROR_MESSAGES from './errorMessages.ts';

/** Values of `lang` in `start`: Indonesian, the default, and English. [stream] "Authenticate". */
export const LANGUAGES = ['id', 'en'] as const;

/** Sizes and times of the protocol. */
export * as LIMITS from './limits.ts';

/**
 * When the server lets the user's speech interrupt the agent: all of these at once. The server's business; here to explain
 * why a partial transcript need not mean an interruption. [stream] "Gate Conditions".
 */
export const BARGE_GATE = {
  minPartialCharCount: 10,
  minPartialWordCount: 2,
  /** 0 to 1. */
  minConfidence: 0.3,
  /** After the server's detector heard speech begin. */
  speechStartWindowMs: 1500,
  /** Between two interruptions. */
  cooldownMs: 800,
  /** A partial of only these interrupts nothing. */
  fillerWords: ['uh', 'um', 'hmm', 'eh', 'ah', 'ya', 'yah'],
} as const;
