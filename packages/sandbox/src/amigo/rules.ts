// This file lists the rules a client of Amigo's real-time voice is held to. The README's table is generated from it.
import type { Rule } from '../server/breaches.ts';

/** By id. The numbers are those of the project's simulator specification; the gaps in them are its gaps. */
export const RULES = {
  // ── handshake ──
  'A-01': {
    check: 'The path is exactly `/v1/{organization}/conversation/converse_realtime`.',
    severity: 'fatal',
    reaction: 'HTTP 404. An organization that does not exist here: close 4004, whatever the token.',
  },
  'A-02': {
    check: 'Exactly one subprotocol is offered: `bearer.authorization.amigo.ai.` and a token.',
    severity: 'fatal',
    reaction: 'Upgrade, then close 3000. With `refusal: "http"`: HTTP 401.',
  },
  'A-03': {
    check: 'A client uses the socket only when its subprotocol was repeated.',
    severity: 'fatal',
    reaction: 'Recorded. Faults `no-echo` and `wrong-echo`.',
  },
  'A-04': {
    check: 'The token is in the subprotocol only: no `Authorization` header, no token in the URL.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'A-05': {
    check:
      '`response_format` is `text` or `voice`; `audio_format` is `pcm` or `mp3`, and there exactly for `voice`. With `text` it is only `strict`: the page’s own `RealtimeConversation` always sends it.',
    severity: 'fatal',
    reaction: 'Close 4000; for `audio_format` with `text` only in profile `literal`.',
  },
  'A-06': {
    check:
      '`current_agent_action_type` is an RE2 expression (no look-around, no references), percent-encoded. Missing encoding is `strict`, an escape that cannot be decoded is not.',
    severity: 'fatal',
    reaction: 'Close 4000; for missing encoding only in profile `literal`.',
  },
  'A-07': {
    check: 'The token was issued by a sign-in for this organization, is valid now, and permits conversations.',
    severity: 'fatal',
    reaction:
      'Unknown, another organization’s, expired, early: as A-02. No permission: close 3003. Another region: close 4004. When it expires during the session: close 3000, or nothing with `expiry: "ignore"`.',
  },
  'A-08': {
    check: 'One connection at a time for each user and service.',
    severity: 'fatal',
    reaction: 'The new one closes with 4009. A connection that broke off keeps the place for 30 s.',
  },
  // ── messages and states ──
  'A-10': {
    check: 'Messages are text: one JSON object with a known `type` and fields of exact types.',
    severity: 'fatal',
    reaction: 'Close 4000.',
  },
  'A-11': { check: 'No message is binary.', severity: 'fatal', reaction: 'Close 4000.' },
  'A-12': {
    check: 'Profile `literal`: no message has a field that the page does not list.',
    severity: 'strict',
    reaction: 'Close 4000.',
  },
  'A-13': {
    check:
      'The first message is `start-conversation` or `continue-conversation`; only `extend-timeout` and `close-connection` may come before.',
    severity: 'fatal',
    reaction: 'Close 4000; without any message for 30 s, 3008.',
  },
  'A-14': { check: 'One start or continue per connection.', severity: 'fatal', reaction: 'Close 4000.' },
  'A-15': {
    check: 'Ids are 24 hex digits of things that exist; the service version set is known.',
    severity: 'fatal',
    reaction: 'Malformed: close 4000. Unknown: close 4004. A finished conversation: close 4009.',
  },
  'A-16': {
    check: 'A user with an unfinished conversation continues it instead of starting another one with that service.',
    severity: 'fatal',
    reaction: 'Close 4009. With `unfinishedConversation: "bad-request"` 4000; with `"finish"` the old one is finished.',
  },
  'A-17': {
    check:
      'A message is legal in the state: nothing before `conversation-created` or `-retrieved`; no second utterance, text or switch inside an utterance. Text before the acknowledgement of turn detection is only `strict`.',
    severity: 'fatal',
    reaction: 'Close 4000. Text before the acknowledgement is taken.',
  },
  'A-18': { check: 'Text holds more than blanks.', severity: 'fatal', reaction: 'Close 4000.' },
  'A-19': {
    check:
      '`message_type` is one of the two; `start_interaction` comes with external events only, else it is `strict`.',
    severity: 'fatal',
    reaction: 'Close 4000; for `start_interaction` recorded.',
  },
  'A-20': {
    check: 'Where the client detects turns: no user text or audio while the agent answers what the client began.',
    severity: 'fatal',
    reaction: 'Close 4009.',
  },
  'A-21': {
    check: 'A message has at most 1,000,000 bytes, or 2^20 with `messageLimit: "binary"`.',
    severity: 'fatal',
    reaction: 'Close 1009. With `oversized: "bad-request"`: 4000.',
  },
  'A-22': {
    check:
      'At most 1200 messages of any type in any 60 s. `rateWindow: "fixed"`: in each minute; `"bucket"`: 20 a second, 40 at once.',
    severity: 'fatal',
    reaction: 'Close 4029.',
  },
  'A-23': {
    check: 'A message at least every 30 s, whatever the server sends.',
    severity: 'fatal',
    reaction: 'Close 3008.',
  },
  'A-24': {
    check: 'Keep-alives are at least 5 s apart.',
    severity: 'note',
    reaction: 'Recorded.',
  },
  // ── audio from the client ──
  'A-30': {
    check: 'The first audio of an utterance, of a stretch of turn detection and of a connection has `audio_config`.',
    severity: 'fatal',
    reaction: 'Close 4015. With `audioConfigScope: "connection"` only the connection’s first.',
  },
  'A-31': { check: 'Later audio has none.', severity: 'strict', reaction: 'Recorded.' },
  'A-32': {
    check:
      '`audio_config`: PCM has `sample_rate` = `frame_rate` = 16000, `sample_width` 2, `n_channels` 1; MP3 has 44100 Hz, 2 channels, and comes only while the client detects turns. `audioConfigKey` says whether `format` or `type` names it.',
    severity: 'fatal',
    reaction: 'Close 4015. With `pcmRates: "any"` PCM of 4000 to 44100 Hz is taken.',
  },
  'A-33': {
    check: 'Base64: standard alphabet, padded, a multiple of 4 characters, no blanks.',
    severity: 'fatal',
    reaction: 'Close 4000.',
  },
  'A-34': {
    check: 'Audio is not empty; PCM has whole samples.',
    severity: 'fatal',
    reaction: 'Close 4015.',
  },
  'A-35': {
    check: 'Where the server detects turns, a message holds 20 to 60 ms.',
    severity: 'strict',
    reaction: 'Recorded; the first and every 100th one.',
  },
  'A-36': {
    check: '`audio: null` ends an utterance that has begun, once, and never where the server detects turns.',
    severity: 'fatal',
    reaction: 'Close 4000.',
  },
  'A-37': {
    check: 'Where the server detects turns, audio never pauses for over 200 ms, muted or not.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'A-38': {
    check:
      'MP3 is a stream of whole frames of MPEG-1 layer III at 44.1 kHz; what the last message cuts off comes next.',
    severity: 'fatal',
    reaction: 'Close 4015.',
  },
  // ── turn detection ──
  'A-40': {
    check: 'Turn detection is not asked for with `audio_format=mp3`, nor within an MP3 utterance.',
    severity: 'fatal',
    reaction: 'Close 4015.',
  },
  'A-41': {
    check: 'No audio before turn detection is acknowledged.',
    severity: 'strict',
    reaction: 'Heard all the same. With `earlyAudio: "discard"` it is lost, and with it the user’s first word.',
  },
  'A-42': {
    check:
      'Until turn detection is off, the client goes on: audio, patience for 10 s, and no other acknowledgement will do.',
    severity: 'strict',
    reaction:
      '`vadOffDelayMs` (0 to 9900, or `"never"`) delays the acknowledgement; fault `stray-vad-on` sends another one before. Silence meanwhile is A-37, finishing too early A-43.',
  },
  'A-43': {
    check: 'Finishing waits until turn detection is acknowledged as off.',
    severity: 'fatal',
    reaction: 'Close 4000. With `earlyFinish: "conflict"`: 4009.',
  },
  'A-44': {
    check:
      'Turn detection is not switched again before the acknowledgement; asking for the same once more after 5 s is a `note`.',
    severity: 'strict',
    reaction: 'The later wish counts.',
  },
  'A-45': {
    check: 'After `vad-speech-started` the agent is heard no more, within 60 ms.',
    severity: 'strict',
    reaction: 'Nothing on the wire shows it: `judgeAmigoPlayback` tells from what the client played.',
  },
  'A-46': {
    check: 'After an empty transcript, a false alarm, the client does what it is set to: it goes on, or stays silent.',
    severity: 'strict',
    reaction: 'Fault `false-alarm` makes one; then as A-45.',
  },
  'A-47': {
    check: 'Of an interrupted interaction nothing is heard, even if its pieces go on and it never completes.',
    severity: 'strict',
    reaction:
      'It just stops. `interrupted: "complete"` ends it properly; fault `late-pieces` goes on for 500 ms. Judged as A-45.',
  },
  'A-48': {
    check: 'Times of speech count from the last `vad-speech-reset-zero`.',
    severity: 'strict',
    reaction:
      'Sent between utterances, once the clock shows `zeroResetAfterMs`; by fault `zero-reset` within one. Judged as A-45, from what the client told.',
  },
  'A-49': {
    check: 'An event with `start_interaction` interrupts at once, or waits until the user has finished speaking.',
    severity: 'note',
    reaction:
      'So it is done; more than 100 events that wait for an interaction are a breach, and the oldest are dropped.',
  },
  // ── ending ──
  'A-50': {
    check:
      'Once the conversation is over, only `close-connection` follows. Audio that runs on is `strict`; within 1 s of an end that the client did not ask for, it is no breach.',
    severity: 'fatal',
    reaction: 'Close 4009; audio and keep-alives are ignored.',
  },
  'A-51': {
    check:
      'A graceful end: the conversation finished, `close-connection`, close 1000. An unfinished conversation, a close without a code, going away (1001) and a lost connection (1006) are a `note`.',
    severity: 'strict',
    reaction: 'Recorded. 5 s after `close-connection` the server closes with 1000, or at once with `closer: "server"`.',
  },
  'A-52': {
    check:
      'Who comes back within 2 minutes of a lost connection continues the same conversation, with turn detection as it was before anything is said (that is `strict`).',
    severity: 'fatal',
    reaction: 'As A-16.',
  },
  'A-53': {
    check:
      'Who comes back waits: 5 s after 4029 or 1013; no more than 5 attempts in any 2 s; never within 10 s of 3003, 4000, 4004, 4015 or 1009; not with the token that 3000 refused, and not after a second 3000 in a row.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
} as const satisfies Record<string, Rule>;

/** One of the ids in `RULES`. */
export type RuleId = keyof typeof RULES;
