// This file says how long Amigo's answers are awaited.

export const vadOnMs = 5000;
export const vadOffMs = 12_000;
export const finishMs = 10_000;
/** Without any message while the agent has the turn: the connection is dead. */
export const replyMs = 45_000;
