// This file bounds what one client can cost.

/** Largest inbound message, in bytes. */
export const MAX_MESSAGE_BYTES = 65_536;
/** Largest request body where a vendor asks for no more, in bytes. */
export const MAX_BODY_BYTES = 65_536;
/** Unsent data at which a client counts as gone, in bytes: over 2 minutes of speech at 16 kHz. */
export const MAX_UNSENT_BYTES = 4_194_304;
