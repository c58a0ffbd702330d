// This file lists the sizes, rates and times of Amigo's real-time voice: as a module, so that a page carries what it uses.
// Sources as in constants.ts.

/** Hz, of audio from the user; mono, signed 16-bit little-endian. [rt] "PCM Format". */
export const sampleRate = 16_000;
/** Messages of all types. Whether the minute slides is not said; [rt] "Rate Limits". */
export const messagesPerMinute = 1200;
/**
 * Audio per message, in ms. [rt] advises 20 to 60, and 1200 messages a minute: 50 ms would use them all, so 60 it is,
 * at 1000 a minute.
 */
export const audioMessageMs = 60;
/** The server closes with 3008 when we say nothing for so long. [rt] "Rate Limits". */
export const idleTimeoutMs = 30_000;
/** The same table: how often to say `client.extend-timeout`. */
export const keepAliveMs = 15_000;
/** "1MB" in [rt]; the smaller reading. */
export const maxMessageBytes = 1_000_000;
/** How long switching turn detection off may take. [rt] "Finish Conversation". */
export const vadOffMs = 10_000;
/** Largest inbound message that is looked at. Ours: 98 s of base64 PCM at 16 kHz, and bounds memory. */
export const maxInboundMessageBytes = 4_194_304;
