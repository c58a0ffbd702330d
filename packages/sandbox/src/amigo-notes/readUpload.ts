// This file reads the form of an upload: rules B-05 to B-08.
import type { ClientMessage, RecordedMessage } from '@voicewire/protocol/amigo-notes';
import { parseClientMessage } from '@voicewire/protocol/amigo-notes';
import type { FormPart } from '@voicewire/protocol/wire';
import type { ParseIssue } from '@voicewire/protocol';
import type { HttpResponse } from '../server/http.ts';
import type { Call } from './call.ts';
import { isResponse, refuse } from './call.ts';
import { boundaryOf, parseMultipart } from './multipart.ts';

const FORM_TYPE = /^multipart\/form-data/i;
/** One space, and the boundary last: the pattern of the vendor's API document. */
const EXACT_FORM_TYPE = /^multipart\/form-data; boundary=.+$/;
/** A date, a time and a zone. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
/** As they were called before the API document of 2026-03-14. */
const LEGACY_NAMES: Readonly<Record<string, string>> = {
  external_event_message_contents: 'external_event_message_content',
  external_event_message_timestamps: 'external_event_message_timestamp',
};
const SKIP: ClientMessage = { initial_message_type: 'skip' };

/** The message, or the answer that refuses it. What cannot be read at all counts as `skip` under policy `record`. */
export function readUpload(call: Call, nowEpochMs: number): ClientMessage | HttpResponse {
  const contentType = call.request.headers['content-type'] ?? '';
  if (!FORM_TYPE.test(contentType)) return readRawBody(call, contentType);
  const parts = readParts(call, contentType);
  if (isResponse(parts)) return parts;
  const parsed = parseClientMessage(parts);
  if (!parsed.ok) return refuseParts(call, parts, parsed.issues) ?? SKIP;
  return refuseContent(call, parsed.message, nowEpochMs) ?? parsed.message;
}

/** B-08: the older way, in which the body is the recording. */
function readRawBody(call: Call, contentType: string): ClientMessage | HttpResponse {
  const { body } = call.request;
  if (call.conditions.profile !== 'legacy') {
    const refused = refuse(
      call,
      'B-08',
      422,
      `a body of type '${contentType.slice(0, 80)}', wanted multipart/form-data`,
    );
    if (refused !== undefined) return refused;
  }
  if (body.length === 0) return refuse(call, 'B-06', 400, 'an empty body') ?? SKIP;
  return userMessage({ kind: 'voice', contentType, bytes: body });
}

/** B-05. */
function readParts(call: Call, contentType: string): readonly FormPart[] | HttpResponse {
  if (!EXACT_FORM_TYPE.test(contentType)) {
    const refused = refuse(call, 'B-05', 422, 'a content type that is not multipart/form-data; boundary=…');
    if (refused !== undefined) return refused;
  }
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return refuse(call, 'B-05', 422, 'a content type without a boundary') ?? [];
  const form = parseMultipart(call.request.body, boundary);
  if (!form.ok) return refuse(call, 'B-05', 422, form.detail) ?? [];
  if (call.conditions.profile !== 'legacy') return form.parts;
  return form.parts.map((part) => ({ ...part, name: LEGACY_NAMES[part.name] ?? part.name }));
}

/** B-06 and B-07: parts that do not make a message. */
function refuseParts(call: Call, parts: readonly FormPart[], issues: readonly ParseIssue[]): HttpResponse | undefined {
  const isSkip = parts.some((part) => part.name === 'initial_message_type' && 'text' in part && part.text === 'skip');
  const detail = issues.map(({ path, expected, received }) => `${path.join('.')}: ${received}, wanted ${expected}`);
  const isEmptyMessage = issues.every(({ path, received }) => path[0] === 'recorded_message' && /empty/.test(received));
  return refuse(call, isSkip ? 'B-07' : 'B-06', isEmptyMessage && !isSkip ? 400 : 422, detail.join('; '));
}

/** B-06: what the parts say. */
function refuseContent(call: Call, message: ClientMessage, nowEpochMs: number): HttpResponse | undefined {
  if (message.initial_message_type === 'skip') return undefined;
  const { recorded_message: recorded, external_event_message_timestamp: timestamps } = message;
  if (recorded.kind === 'text' && recorded.text.trim() === '') return refuse(call, 'B-06', 400, 'a message of blanks');
  const times = timestamps.map((timestamp) => (DATE_TIME.test(timestamp) ? Date.parse(timestamp) : Number.NaN));
  if (times.some(Number.isNaN)) return refuse(call, 'B-06', 422, 'a timestamp that is not ISO 8601 with a zone');
  if (times.some((time) => time > nowEpochMs)) return refuse(call, 'B-06', 400, 'a timestamp that is not in the past');
  const isAscending = times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time));
  return isAscending ? undefined : refuse(call, 'B-06', 400, 'timestamps that do not ascend');
}

function userMessage(recorded: RecordedMessage): ClientMessage {
  return {
    initial_message_type: 'user-message',
    recorded_message: recorded,
    external_event_message_content: [],
    external_event_message_timestamp: [],
  };
}
