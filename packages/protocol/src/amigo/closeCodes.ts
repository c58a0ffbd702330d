// This file lists the codes with which Amigo's server closes the socket. [rt] "WebSocket Close Codes"; sources as in
// constants.ts.

/** Not in the table; RFC 6455. */
export const ended = 1000;
export const unauthorized = 3000;
export const forbidden = 3003;
/** 30 s without a message of ours. */
export const timeout = 3008;
export const badRequest = 4000;
/** Service or conversation unknown; or, by [regions], an organization of another region. */
export const notFound = 4004;
/** The conversation is locked or finished, or there is a second connection. */
export const conflict = 4009;
export const unsupportedMedia = 4015;
export const rateLimited = 4029;
