// This file bounds what one client can cost.

/** Largest inbound message, in bytes. */
export const MAX_MESSAGE_BYTES = 65_536;
/** The same under policy `record`, which closes for no rule but must not be filled up: above it 1009 for every vendor. */
export const MAX_RECORDED_MESSAGE_BYTES = 4_194_304;
/** Largest request body where a vendor asks for no more, in bytes. */
export const MAX_BODY_BYTES = 65_536;
/** A client that sends nothing more of its body for so long gets 408, in ms. */
export const MAX_BODY_STALL_MS = 10_000;
/** Unsent data at which a client counts as gone, in bytes: over 2 minutes of speech at 16 kHz. */
export const MAX_UNSENT_BYTES = 4_194_304;
/** Sockets open at once, unless the option `maxConnections` says otherwise. */
export const DEFAULT_MAX_CONNECTIONS = 256;
