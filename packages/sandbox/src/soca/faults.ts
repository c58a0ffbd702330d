// This file names the ways in which Soca's server can misbehave on demand, or behave in one of the ways that its pages leave
// open. The README's table is generated from it.
import type { Fault, FaultDescription } from '../server/faultPlan.ts';

/** Before the session is there. */
const STARTING = {
  'session-error': { does: 'answers the request for a session with 500', defaults: {} },
  'session-malformed': { does: 'answers the request for a session with 200 and a body that is not JSON', defaults: {} },
  'session-refused': { does: 'answers the request for a session with 200 and `"status": false`', defaults: {} },
  'upgrade-refused': { does: 'answers the upgrade to a WebSocket with 503', defaults: {} },
  'auth-failed': {
    does: 'refuses every key: `Invalid or expired token`; `closeAfterMs` -1 leaves the socket open',
    defaults: { closeAfterMs: 0 },
  },
  'setup-failed': {
    does: 'takes the key, then says an `error` of another text and closes',
    defaults: { closeAfterMs: 0, closeCode: 1011 },
  },
  'session-gone': {
    does: 'does not know a session any more that was started before: `Session not found`, close 1008',
    defaults: { closeAfterMs: 0 },
  },
  'second-refused': {
    does: 'refuses a second socket of a session: `Session in use`, close 1008',
    defaults: { closeAfterMs: 0 },
  },
  'older-closed': {
    does: 'closes the older socket of a session, with 1008, when a second one starts it',
    defaults: {},
  },
  'never-ready': { does: 'takes `start` and never answers', defaults: {} },
  'late-ready': { does: 'says `ready` late', defaults: { delayMs: 3000 } },
  'never-stt-ready': { does: 'says `ready` and never `stt.ready`', defaults: {} },
  'late-stt-ready': { does: 'says `stt.ready` late', defaults: { delayMs: 3000 } },
  'stt-ready-first': { does: 'says `stt.ready` before `ready`', defaults: {} },
  'stt-ready-twice': { does: 'says `stt.ready` again', defaults: { delayMs: 1000 } },
} as const satisfies Record<string, FaultDescription>;

/** While the session lasts; times count from `stt.ready`. */
const TALKING = {
  'late-error': { does: 'says `error` with an unknown text, and goes on', defaults: { delayMs: 1000 } },
  'non-json-text': { does: 'sends text that is not JSON, and goes on', defaults: { delayMs: 200 } },
  'unknown-type': { does: 'sends a message of an unknown `type`', defaults: { delayMs: 200 } },
  'unknown-step': { does: 'sends a message of an unknown `stepType`', defaults: { delayMs: 200 } },
  'both-keys': { does: 'sends a message with an unknown `type` and an unknown `stepType`', defaults: { delayMs: 200 } },
  'binary-down': { does: 'sends a binary message', defaults: { delayMs: 200 } },
  closed: { does: 'closes the socket', defaults: { delayMs: 1000, closeCode: 1011 } },
  dropped: { does: 'drops the connection without a close frame', defaults: { delayMs: 1000 } },
  'empty-final': { does: 'says `stt.final` with an empty text after every turn, and stays silent', defaults: {} },
  'filler-partials': { does: 'sends partials of filler words only, so that no speech interrupts', defaults: {} },
  'short-partials': { does: 'sends partials of one short word, so that no speech interrupts', defaults: {} },
  'unsure-partials': { does: 'is 29 % sure of every partial, so that no speech interrupts', defaults: {} },
  'no-partials': { does: 'sends no partials, so that no speech interrupts', defaults: {} },
} as const satisfies Record<string, FaultDescription>;

/** When a reply is interrupted, and how replies are numbered. */
const REPLYING = {
  'implicit-barge': { does: 'says no `barge`: the next reply has a higher `seq`, and that is all', defaults: {} },
  'barge-without-seq': { does: 'leaves `seq` out of `barge`', defaults: {} },
  'barge-current-seq': { does: 'says `barge` with the `seq` of the reply that it ends', defaults: {} },
  'barge-ignored': { does: "ignores the client's `barge` and goes on talking", defaults: {} },
  'late-chunks': { does: 'sends more chunks of a reply after its `barge`', defaults: { count: 3 } },
  'replies-interleaved': {
    does: 'sends the rest of an interrupted reply between the chunks of the next',
    defaults: {},
  },
  'seq-as-text': { does: 'sends `seq` as a string of digits', defaults: {} },
  'seq-absent': { does: 'leaves `seq` out of sentences and final answers', defaults: {} },
  'seq-from-zero': { does: 'numbers replies from 0', defaults: {} },
  'seq-restart': { does: 'numbers replies from 1 again after every reconnect', defaults: {} },
  'final-first': { does: 'says `final_answer` before the first chunk of a reply', defaults: {} },
  'final-between': { does: 'says `final_answer` between the chunks of a reply', defaults: {} },
} as const satisfies Record<string, FaultDescription>;

/** How the text of a sentence's audio is cut. Without one of these: encodings of their own of 1020 bytes, 255 ms. */
const CUTTING = {
  'one-chunk': { does: 'sends all audio of a sentence in one chunk', defaults: {} },
  'slices-of-4': {
    does: 'encodes a sentence once and cuts the text at multiples of 4 characters',
    defaults: { sizeBytes: 1000 },
  },
  'slices-anywhere': {
    does: 'encodes a sentence once and cuts the text anywhere, also inside a quantum',
    defaults: {},
  },
  'one-character': {
    does: 'encodes a sentence once and sends one character per chunk, of the first 2,000',
    defaults: {},
  },
  'padded-chunks': {
    does: 'encodes each chunk by itself, padded; a join of the texts cannot be decoded',
    defaults: { sizeBytes: 1024 },
  },
  'unpadded-chunks': { does: 'encodes each chunk by itself, without padding', defaults: { sizeBytes: 1024 } },
  'padded-and-sliced': {
    does: 'encodes pieces by themselves, padded, joins them and cuts the text anywhere',
    defaults: {},
  },
  'one-byte': { does: 'sends one byte per chunk, of the first 2,000', defaults: {} },
  'chunks-on-frames': { does: 'cuts between MP3 frames, 10 to a chunk, each chunk encoded by itself', defaults: {} },
  'chunks-mid-frame': { does: 'cuts in the middle of MP3 frames', defaults: {} },
  'chunks-mid-header': { does: 'cuts in the middle of the headers of MP3 frames', defaults: {} },
} as const satisfies Record<string, FaultDescription>;

/** What else a sentence can be like. */
const SHAPING = {
  'id3-tag': { does: 'begins every sentence with an ID3v2 tag', defaults: {} },
  'info-frame': { does: 'begins every sentence with an Info frame of another bit rate', defaults: {} },
  'data-url': { does: 'writes `data:audio/mp3;base64,` before the audio of a sentence', defaults: {} },
  'line-breaks': { does: 'breaks the lines of base64 after 76 characters', defaults: {} },
  'last-with-audio': { does: 'marks the last chunk with audio as the last', defaults: {} },
  'last-empty': { does: 'ends a sentence with an empty text for audio, in place of `null`', defaults: {} },
  'last-missing': { does: 'marks no chunk as the last', defaults: {} },
  'last-twice': { does: 'sends the last chunk twice', defaults: {} },
  'fields-on-all': { does: 'sends `chatId`, `contentStep` and `audioMime` with every chunk', defaults: {} },
  'fields-on-first': { does: 'sends them with the first chunk only', defaults: {} },
  'fields-on-none': { does: 'sends them with no chunk', defaults: {} },
  'chunk-skipped': { does: 'leaves the middle chunk of a sentence out', defaults: {} },
  'chunk-repeated': { does: 'sends the middle chunk of a sentence twice', defaults: {} },
  'sentences-interleaved': { does: 'cuts every sentence in two and sends their chunks in turn', defaults: {} },
  'corrupt-frame': { does: 'overwrites the MP3 frame in the middle of a sentence', defaults: {} },
  'empty-audio': { does: 'sends a chunk with an empty text for audio in the middle of a sentence', defaults: {} },
  'silent-sentence': { does: 'sends sentences of one chunk without audio', defaults: {} },
  'mime-audio-mpeg': { does: 'says `audio/mpeg`', defaults: {} },
  'stereo-44100': { does: 'sends MP3 of 44,100 Hz, stereo, 128 kbit/s', defaults: {} },
  burst: { does: 'sends the chunks of a sentence much faster', defaults: { speedRatio: 100 } },
  stall: { does: 'stops in the middle of a sentence, then goes on', defaults: { delayMs: 800 } },
} as const satisfies Record<string, FaultDescription>;

/** By name. */
export const FAULTS = { ...STARTING, ...TALKING, ...REPLYING, ...CUTTING, ...SHAPING } as const;

/** One of the names in `FAULTS`. */
export type SocaFaultName = keyof typeof FAULTS;

/** One fault, with the settings that differ from its defaults. */
export type SocaFault = Fault<SocaFaultName>;

/** Ways to cut that exclude each other. */
export type CutName = keyof typeof CUTTING;

/** All of them. */
export const CUT_NAMES = Object.keys(CUTTING) as readonly CutName[];
