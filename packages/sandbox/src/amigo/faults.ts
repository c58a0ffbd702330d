// This file names the ways in which Amigo's real-time server can misbehave on demand. The README's table is generated
// from it.
import type { Fault, FaultDescription, FaultPlan } from '../server/faultPlan.ts';

/** By name. Broken connections and broken bytes are not here: impairments make them for every vendor. */
export const FAULTS = {
  // ── opening ──
  'upgrade-refused': { does: 'answers the upgrade to a WebSocket with 503', defaults: {} },
  'no-echo': { does: 'upgrades without repeating the subprotocol', defaults: {} },
  'wrong-echo': { does: 'upgrades with another subprotocol', defaults: {} },
  unauthorized: { does: 'refuses every token: 3000, or HTTP 401 with `refusal: "http"`', defaults: {} },
  forbidden: { does: 'closes with 3003: the permission is missing', defaults: {} },
  'never-created': { does: 'never answers a start or continue', defaults: {} },
  'late-created': { does: 'answers a start or continue late', defaults: { delayMs: 3000 } },
  'locked-after-created': { does: 'closes with 4009 right after `conversation-created`', defaults: {} },
  'session-gone': { does: 'refuses every continue with 4004', defaults: {} },
  'rate-limited': { does: 'closes with 4029, whatever the rate', defaults: { delayMs: 2000 } },
  'token-expires': { does: 'closes with 3000 in mid-session', defaults: { delayMs: 10_000 } },
  // ── turn detection ──
  'vad-never-on': { does: 'never acknowledges that turn detection is on', defaults: {} },
  'vad-late-on': { does: 'acknowledges late that turn detection is on', defaults: { delayMs: 3000 } },
  'vad-never-off': { does: 'never acknowledges that turn detection is off', defaults: {} },
  'vad-late-off': { does: 'acknowledges late that turn detection is off', defaults: { delayMs: 9900 } },
  'stray-vad-on': {
    does: 'says unasked that turn detection is on, halfway to acknowledging that it is off',
    defaults: {},
  },
  'false-alarm': {
    does: 'reports speech that was none, with an empty transcript, some time after turn detection is on',
    defaults: { delayMs: 2000 },
  },
  'zero-reset': { does: 'moves the zero of speech times within every utterance', defaults: { delayMs: 300 } },
  'late-pieces': { does: 'goes on with the pieces of an interrupted interaction', defaults: { delayMs: 500 } },
  // ── replies ──
  'no-greeting': { does: 'does not greet', defaults: {} },
  'late-greeting': { does: 'greets late', defaults: { delayMs: 2000 } },
  'sequence-from-zero': { does: 'counts the pieces of a message from 0', defaults: {} },
  'skipped-piece': { does: 'leaves out the third piece of every message', defaults: {} },
  'no-ids': { does: 'leaves `interaction_id` and `message_metadata` out of `new-message`', defaults: {} },
  'null-alignment': { does: 'sends no alignment: `null`', defaults: {} },
  'empty-alignment': { does: 'sends `[]` where the alignment came before, instead of `null`', defaults: {} },
  'no-alignment': { does: 'leaves `transcript_alignment` out', defaults: {} },
  'stop-with-audio': { does: 'sets `stop` on the last piece that has audio', defaults: {} },
  'null-stop': { does: 'sends `null` as the message of the last piece, instead of `""`', defaults: {} },
  'never-complete': { does: 'never says `interaction-complete`', defaults: {} },
  'rate-8000': { does: 'speaks PCM of 8000 Hz', defaults: {} },
  'rate-22050': { does: 'speaks PCM of 22050 Hz', defaults: {} },
  'rate-24000': { does: 'speaks PCM of 24000 Hz', defaults: {} },
  'rate-44100': { does: 'speaks PCM of 44100 Hz', defaults: {} },
  'odd-pieces': { does: 'cuts PCM into pieces of odd lengths', defaults: {} },
  'tiny-pieces': {
    does: 'sends the first bytes of every line one by one',
    defaults: { count: 100 },
    bounds: { count: [0, 2000] },
  },
  'huge-pieces': {
    does: 'sends audio in pieces as large as this',
    defaults: { sizeBytes: 500_000 },
    bounds: { sizeBytes: [256, 16_777_216] },
  },
  'id3-first': { does: 'puts an ID3 tag before MP3', defaults: {} },
  burst: { does: 'sends the agent’s audio much faster than real time', defaults: { speedRatio: 40 } },
  slow: { does: 'sends the agent’s audio slower than real time', defaults: { speedRatio: 0.9 } },
  interleaved: { does: 'mixes pieces of another interaction into every reply', defaults: {} },
  // ── agent actions ──
  'filler-wav': { does: 'says a filler, as a WAV file, before every reply', defaults: {} },
  'filler-text': { does: 'says a filler, as text, before every reply', defaults: {} },
  'filler-list-chunk': { does: 'says a filler whose WAV file has a LIST chunk before its samples', defaults: {} },
  'filler-empty': { does: 'says a filler that is a WAV header of 44 bytes and nothing else', defaults: {} },
  'filler-late': { does: 'says a filler when the reply has already begun', defaults: {} },
  'filler-top-level': { does: 'says a filler as a message of its own, not as an agent action', defaults: {} },
  // ── anything else ──
  'unknown-message': { does: 'sends a message of an unknown type, and goes on', defaults: { delayMs: 200 } },
  'extra-fields': { does: 'adds an unknown field to every message', defaults: {} },
  'http-spellings': { does: 'spells agent actions and errors as over HTTP, without `server.`', defaults: {} },
  'server-error': { does: 'reports an error in band, and goes on', defaults: { delayMs: 1000, reason: 'Going on' } },
  'agent-ends': { does: 'ends the conversation with the first reply: `conversation_completed`', defaults: {} },
  'completed-unasked': { does: 'says `conversation-completed` unasked', defaults: { delayMs: 3000 } },
  'never-completed': { does: 'never answers a finish', defaults: {} },
  'late-completed': { does: 'answers a finish late', defaults: { delayMs: 5000 } },
} as const satisfies Record<string, FaultDescription>;

/** One of the names in `FAULTS`. */
export type AmigoFaultName = keyof typeof FAULTS;

/** A fault by name, or with settings that differ from its defaults. */
export type AmigoFault = Fault<AmigoFaultName>;

/** The faults of one connection. */
export type AmigoFaults = FaultPlan<AmigoFaultName>;
