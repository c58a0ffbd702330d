// This file lists the rules a Voice API client is held to. The README's table is generated from it.
import type { Breaches, Rule } from '../server/breaches.ts';

/** By id. The numbers are those of the project's simulator specification. */
export const RULES = {
  'C-01': {
    check: 'The token is asked for with `POST` and `Authorization: Bearer <key>`.',
    severity: 'fatal',
    reaction: 'Missing or wrong key 401, disabled key 403, other method 405; 500 by fault `token-error`.',
  },
  'C-02': {
    check: 'The token is one of ours, not older than 5 minutes from its issue, and used once.',
    severity: 'fatal',
    reaction: '`error AUTH_FAILED`, close 4003. With `tokenReuse: "record"` a used token passes.',
  },
  'C-03': {
    check: '`ws_url` is used verbatim (host, path, query), no subprotocol is offered, no token is in the URL.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'C-04': {
    check: 'The first message comes within 10 s of opening.',
    severity: 'fatal',
    reaction: '`error AUTH_TIMEOUT`, close 4001.',
  },
  'C-05': {
    check: 'The first message is text, JSON, with a string `token`. Further fields are a `note`.',
    severity: 'fatal',
    reaction:
      '`error INVALID_AUTH`, close 4002; for a binary message too, and by profile `literal` for further fields.',
  },
  'C-06': {
    check: 'Nothing is sent between the token and `connected`.',
    severity: 'strict',
    reaction: 'Ignored. With `earlyMessages: "refuse"` or profile `literal`: `error INVALID_AUTH`, close 4002.',
  },
  'C-07': {
    check: 'No text follows the token.',
    severity: 'strict',
    reaction: 'Ignored. By profile `literal`: `error INVALID_AUTH`, close 4002.',
  },
  'C-08': {
    check:
      'Binary messages hold exactly 640 bytes. Odd lengths, several frames in one, Float32 and ScriptProcessor blocks are named; 8192 bytes, the block of the vendor’s own sample, are `strict`.',
    severity: 'fatal',
    reaction: 'The message is ignored; of 8192 bytes the audio is used.',
  },
  'C-09': {
    check:
      '50 messages/s ± 2 % over 5 s and never 500 ms behind or 250 ms ahead, muted or not; a gap over 100 ms is a `note`, over 500 ms `strict`; over 5 messages within 5 ms a `note`, over 25 `strict`. After `connected` or a gap a client may catch up at twice real time; the rest counts from the end of that.',
    severity: 'strict',
    reaction: 'Recorded.',
  },
  'C-10': {
    check: 'Audio is what a microphone heard, as int16 at 16 kHz: rules T-01 to T-07.',
    severity: 'fatal',
    reaction: 'Recorded by those rules.',
  },
  'C-11': {
    check: 'A message is not the whole of a larger, shared buffer.',
    severity: 'fatal',
    reaction: 'The message is ignored. Over 64 KiB: close 1009.',
  },
  'C-12': {
    check: 'After a session setup failure the client comes back with a new token.',
    severity: 'fatal',
    reaction: 'As C-14; fault `setup-failed` makes it happen.',
  },
  'C-13': {
    check: 'After `session_ended` the client closes the socket within 5 s, if the server does not.',
    severity: 'strict',
    reaction: 'The connection is dropped. Faults `session-ended` and `unknown-end-reason` end a session.',
  },
  'C-14': {
    check: 'Every connection is preceded by its own token request.',
    severity: 'fatal',
    reaction: '`error AUTH_FAILED`, close 4003.',
  },
  'C-15': {
    check:
      'The client closes with 1000 and sends nothing later than 1 s after the end. Going away (1001) and a lost connection (1006) are a `note`.',
    severity: 'strict',
    reaction: 'Recorded. A client that leaves 4 MiB of audio unread is dropped.',
  },
} as const satisfies Record<string, Rule>;

/** One of the ids in `RULES`. */
export type VoiceApiRuleId = keyof typeof RULES;

/** Breaches of these rules. */
export type VoiceApiBreaches = Breaches<VoiceApiRuleId>;
