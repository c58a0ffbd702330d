// This file lists the sizes, rates and times of the Voice API: as a module, so that a page carries what it uses.
// Sources as in constants.ts.

/** Hz, both ways; mono, signed 16-bit little-endian. [ws] "Audio Format". */
export const sampleRate = 16_000;
/** [ws] "Audio Format". */
export const frameMs = 20;
/** [ws] "Audio Format". */
export const frameSamples = 320;
/** Exact length of an uplink message; agent audio usually has it too. [ws] "Audio Format". */
export const frameBytes = 640;
/** From the issue of a token. [auth] "Token Endpoint". */
export const tokenLifeMs = 300_000;
/** From the opening of the socket to the token message; then the server closes with 4001. [ws] "Authentication". */
export const authTimeoutMs = 10_000;
/** Largest inbound message that is looked at. Ours: 131 s of audio, far above any burst, and bounds memory. */
export const maxInboundMessageBytes = 4_194_304;
