// This file lists the rules that a client of Amigo's HTTP API is held to. The README's table is generated from it.
import type { Rule } from '../server/breaches.ts';

/** By id. The numbers are those of the project's simulator specification. */
export const RULES = {
  'B-01': {
    check:
      'Method and path are right, slash by slash: `/conversation/` and `/finish/` end in one, `/interact` does not. The organization is known here.',
    severity: 'fatal',
    reaction: '404; 405 for another method. With `wrongSlash: "redirect"`: 307 to the right path.',
  },
  'B-02': {
    check:
      'The token is one from the sign-in, as `Bearer` or as the password of `Basic`, not the API key, not expired, and its user may do this.',
    severity: 'fatal',
    reaction: '401; without permission 403; a token of another region 404.',
  },
  'B-03': {
    check: 'The sign-in carries its three headers; no URL holds a key or a token.',
    severity: 'fatal',
    reaction: '401. A secret in a URL is recorded.',
  },
  'B-04': {
    check: 'However many requests an expired token fails, one sign-in follows.',
    severity: 'strict',
    reaction: 'Recorded: a second sign-in of the same user within 30 s of the refusal.',
  },
  'B-05': {
    check:
      'The content type of an upload is `multipart/form-data; boundary=…`, and the boundary is the one in the body.',
    severity: 'fatal',
    reaction: '422.',
  },
  'B-06': {
    check:
      'A form has one `initial_message_type` and one `recorded_message` that is not empty; as many timestamps as contents of events, ISO 8601 with a zone, ascending, in the past; nothing else.',
    severity: 'fatal',
    reaction: '422; an empty message, or times that are not past or not ascending, 400.',
  },
  'B-07': { check: '`skip` brings an empty recording and no events.', severity: 'fatal', reaction: '422.' },
  'B-08': {
    check: 'The recording comes in a form, not as the body itself.',
    severity: 'fatal',
    reaction: '422. Profile `legacy` takes it.',
  },
  'B-09': {
    check:
      'The query names `request_format` and `response_format`; for voice `request_audio_config` too, as JSON text within its ranges and without further keys. `current_agent_action_type` is an RE2 expression.',
    severity: 'fatal',
    reaction: '422.',
  },
  'B-10': {
    check:
      'The recording is what `request_audio_config` says: a WAV file of mono PCM with that rate and width and a true size, or MP3. Chunks before the audio are walked over.',
    severity: 'fatal',
    reaction: '415.',
  },
  'B-11': {
    check: 'Who wants a spoken reply says `response_audio_format`.',
    severity: 'fatal',
    reaction:
      '400. With `replyFormatQuery: "either"`, `audio_format` will do; with `unknownQuery: "refuse"` (or profile `literal`) it is 422, as every parameter that the current API document does not list.',
  },
  'B-12': { check: '`Accept` admits `application/x-ndjson`.', severity: 'strict', reaction: 'Recorded.' },
  'B-13': {
    check: 'One operation at a time in a conversation. Within 1 s of a stream that the client cancelled: a `note`.',
    severity: 'fatal',
    reaction: '409.',
  },
  'B-14': {
    check:
      'The conversation is there and not finished; the service is known, and has no other unfinished conversation of this user. Finishing an empty conversation is a `note`.',
    severity: 'fatal',
    reaction:
      'Unknown 404, finished 409, another one unfinished 400; an empty one that is finished 400, with `emptyFinish: "delete"` 204.',
  },
  'B-15': {
    check: 'An upload never stalls for 10 s, and has at most 2 MB.',
    severity: 'fatal',
    reaction: '408; too large, 413.',
  },
  'B-16': {
    check:
      'In any minute 15 notes, 15 lists, 30 recordings, and 5 each of sign-ins, creations and ends. One too many is a `note`, the next before `Retry-After` is over a breach.',
    severity: 'strict',
    reaction:
      '429 with `Retry-After`, in seconds or with `retryAfter: "date"` as an HTTP date. Every answer has `X-RateLimit-*`.',
  },
  'B-17': {
    check:
      'A recording is not sent again by itself after a 5xx or a broken answer: the user would say it twice. Seen by identical audio within 30 s, so a person who is quick looks the same.',
    severity: 'fatal',
    reaction: 'Recorded.',
  },
} as const satisfies Record<string, Rule>;

/** One of the ids in `RULES`. */
export type RuleId = keyof typeof RULES;
