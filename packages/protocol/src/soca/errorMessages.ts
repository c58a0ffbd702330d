// This file lists the texts of Soca's errors. Sources as in constants.ts.

/** The first message was no `start`. [stream] "Protocol Errors". */
export const mustStart = 'must start with type=start';
/** The key is wrong. [stream] "Authentication Errors". */
export const invalidToken = 'Invalid or expired token';
