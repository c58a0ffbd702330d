// This file lists the rules a Soca client is held to. The README's table is generated from it.
import type { Rule } from '../server/breaches.ts';

/** By id. The numbers up to D-15 are those of the project's simulator specification. */
export const RULES = {
  'D-01': {
    check: 'The first message is text `{"type":"start",…}` and comes within 5 s of opening.',
    severity: 'fatal',
    reaction: '`error "must start with type=start"`, close 1008. With `afterError: "keep-open"` the socket stays open.',
  },
  'D-02': {
    check:
      '`private_key`, `session_id` and `agent_id` (each of the two up to 128 characters) are texts that are not empty, `lang` is `id` or `en`, `sr` is the number 16000. Further fields are a breach in profile `literal`.',
    severity: 'fatal',
    reaction: '`error "invalid start: …"` with the fields that are wrong, close 1008; or as `afterError` says.',
  },
  'D-03': {
    check:
      'The key is the right one, the agent exists, and with `unknownSessions: "refuse"` the session was created here; for the request for a session as well.',
    severity: 'fatal',
    reaction:
      '`error "Invalid or expired token"`, `"Agent not found"` or `"Session not found"`, close 1008, or as `afterError` says. HTTP: 401, 404, 405.',
  },
  'D-04': {
    check: 'No audio and no command comes before `stt.ready`.',
    severity: 'strict',
    reaction: 'Ignored. `readyDelayMs`, `sttReadyDelayMs` and fault `stt-ready-first` move it.',
  },
  'D-05': {
    check:
      'What was kept until `stt.ready` is no older than 500 ms; 1500 ms when the session is taken up again after a loss.',
    severity: 'strict',
    reaction: 'Recorded; the audio is heard.',
  },
  'D-06': {
    check:
      'Audio is binary, of even length; an empty message is `strict`. Over 640 bytes is a `note`, over 1600 `strict`: the vendor’s own sample sends 8192. What is in it, the `T` rules judge.',
    severity: 'fatal',
    reaction: 'A message of odd or no length is ignored; with `oddAudio: "close"`, close 1003. Longer ones are heard.',
  },
  'D-07': {
    check: 'Text is `stop` or `barge`, and `start` comes once.',
    severity: 'strict',
    reaction: '`error "unknown message"` or `"already started"`; the session goes on.',
  },
  'D-08': {
    check: 'Audio is not sent as base64 or within JSON.',
    severity: 'fatal',
    reaction: '`error "audio must be binary"`; the session goes on.',
  },
  'D-09': {
    check:
      'Audio never stops, muted or not, so that the user can interrupt: never 500 ms behind or 250 ms ahead of real time, at the right rate ± 2 % over 5 s; a gap over 100 ms is a `note`, over 500 ms `strict`; over 100 ms of audio in small messages within 5 ms is a `note`, over 500 ms `strict`. After `stt.ready` or a gap a client may catch up at twice real time.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'D-10': {
    check: 'After `barge` nothing of a lower `seq` is audible later than 60 ms, whatever still arrives of it.',
    severity: 'fatal',
    reaction: 'Heard only at the player: `judgePlayback`. Fault `late-chunks` sends what must stay silent.',
  },
  'D-11': {
    check: 'A higher `seq` ends the lower ones without a `barge`.',
    severity: 'fatal',
    reaction: 'As D-10; faults `implicit-barge`, `replies-interleaved`.',
  },
  'D-12': {
    check:
      'The client’s `barge` silences playback within 60 ms and is sent once for a reply; a `barge` while nothing is said is a `note`.',
    severity: 'strict',
    reaction:
      'A repeat is recorded. `clientBarge` says whether the server confirms, obeys silently or ignores; of the silence, `judgePlayback` knows.',
  },
  'D-13': {
    check: 'Partials that do not pass the gate, such as fillers, stop no playback.',
    severity: 'strict',
    reaction: 'As D-10; faults `filler-partials`, `short-partials`, `unsure-partials`.',
  },
  'D-14': {
    check:
      'After a refused key the same start is not tried again within 60 s, after a close with 1000 not within 1 s, and a session that is lost is not tried more than 5 times within 5 s.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'D-15': {
    check: 'After a loss the client starts again with the `session_id` it had.',
    severity: 'fatal',
    reaction:
      'Recorded when the only session was lost, by the server’s doing, and the next `start` within 10 s names a new one. Fault `seq-restart`: a client that mutes the new replies for their low `seq` plays nothing.',
  },
  'D-16': {
    check: 'No subprotocol is offered, and neither key nor session is in the URL.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'D-17': {
    check:
      'The client closes with 1000 and sends nothing later than 1 s after the end; no message is over 64 KiB. Going away (1001) and a lost connection (1006) are a `note`.',
    severity: 'strict',
    reaction: 'Recorded; close 1009 for what is too long. A client that leaves 4 MiB unread is dropped.',
  },
} as const satisfies Record<string, Rule>;

/** One of the ids in `RULES`. */
export type SocaRuleId = keyof typeof RULES;
