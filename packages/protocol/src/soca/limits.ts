// This file lists the sizes, rates and times of Soca's voice stream: as a module, so that a page carries what it uses.
// Sources as in constants.ts.

/** Hz, uplink; mono, signed 16-bit little-endian. [stream] "Audio Format Specifications". */
export const sampleRate = 16_000;
/** Length of an uplink message that the vendor recommends. [stream] "Frame Sizes". */
export const frameMs = 20;
/** The same in samples. */
export const frameSamples = 320;
/** The same in bytes. [stream] "Frame Sizes". */
export const frameBytes = 640;
/** Longest uplink message: 50 ms. [stream] "Frame Sizes"; the samples on the same page send 8192 bytes all the same. */
export const maxFrameBytes = 1600;
/** Hz, downlink; mono MP3 of about 32 kbit/s. [stream] "Audio Format Specifications". */
export const downlinkSampleRate = 22_050;
/** Audio to keep until `stt.ready`, at most. Ours. */
export const maxPreRollMs = 500;
/** Largest inbound message that is looked at. Ours: 13 min of audio at 32 kbit/s, and bounds memory. */
export const maxInboundMessageBytes = 4_194_304;
/** A sentence whose last chunk does not come is complete so long after its latest. Ours. */
export const sentenceIdleMs = 5000;
/** Sentences that are followed at a time; the oldest is given up for another. Ours, and bounds memory. */
export const maxFollowedSentenceCount = 64;
