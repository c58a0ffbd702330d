// This file lists the codes with which Soca's socket is closed. Sources as in constants.ts.

/** The end of a session, by either side; every other code asks for a reconnect. [stream] "Network Errors". */
export const ended = 1000;
