// This file lists the constants of Soca's voice stream, each with the page it comes from.
//
// Pages, on https://docs.soca.ai, stored copy read 2026-11-21: [stream] /api-reference/voice/voice-stream. From notes on them,
// not from copies: [older], an earlier state of the same page; [session] /api-reference/sessions/create_session; [demo], the
// vendor's published demo page. "Ours" marks a choice where no page says anything.

/** Where the service is. */
export const URLS = {
  /** The WebSocket. [stream]. */
  socket: 'wss://api.soca.ai/voice-ws',
  /** The WebSocket as an earlier state of the page had it. [older]. */
  olderSocket: 'wss://api.soca.ai/v1/voice-ws',
  /** Base URL of the HTTP API. [session]. */
  api: 'https://api.soca.ai',
} as const;

/** Paths below the API's base URL. */
export const PATHS = {
  /** `POST` with the agent's id behind it and the key in a header; answers with a session id. [session]. */
  session: '/v1/session/',
} as const;

/** Codes with which the socket is closed. [stream] names one, in its sample of a reconnect. */
export const CLOSE_CODES = {
  /** The end of a session, by either side; every other code asks for a reconnect. */
  ended: 1000,
} as const;

/** Known values of `message` in an `error` message; they are all that tells one error from another. [stream] "Error Handling". */
export const ERROR_MESSAGES = {
  mustStart: 'must start with type=start',
  invalidToken: 'Invalid or expired token',
} as const;

/** Values of `lang` in `start`: Indonesian, the default, and English. [stream] "Authenticate". */
export const LANGUAGES = ['id', 'en'] as const;

/** Sizes and times of the protocol. */
export const LIMITS = {
  /** Hz, uplink; mono, signed 16-bit little-endian. [stream] "Audio Format Specifications". */
  sampleRate: 16_000,
  /** Length of an uplink message that the vendor recommends. [stream] "Frame Sizes". */
  frameMs: 20,
  /** The same in samples. */
  frameSamples: 320,
  /** The same in bytes. [stream] "Frame Sizes". */
  frameBytes: 640,
  /** Longest uplink message: 50 ms. [stream] "Frame Sizes"; the samples on the same page send 8192 bytes all the same. */
  maxFrameBytes: 1600,
  /** Hz, downlink; mono MP3 of about 32 kbit/s. [stream] "Audio Format Specifications". */
  downlinkSampleRate: 22_050,
  /** Audio to keep until `stt.ready`, at most. Ours. */
  maxPreRollMs: 500,
  /** Largest inbound message that is looked at. Ours: 13 min of audio at 32 kbit/s, and bounds memory. */
  maxInboundMessageBytes: 4_194_304,
  /** A sentence whose last chunk does not come is complete so long after its latest. Ours. */
  sentenceIdleMs: 5000,
  /** Sentences that are followed at a time; the oldest is given up for another. Ours, and bounds memory. */
  maxFollowedSentenceCount: 64,
} as const;

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
