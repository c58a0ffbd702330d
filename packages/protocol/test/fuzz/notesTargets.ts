// This file fuzzes voice notes beyond their messages: whole answers, uploads as forms and as files, queries and bodies.
import { encodeWav } from '@voicewire/testkit';
import fc from 'fast-check';
import type { NoteEnding, VoiceNoteEvent } from '../../src/neutral/voiceNote.ts';
import type { ParseResult } from '../../src/neutral/parseResult.ts';
import {
  type FormPart,
  LIMITS,
  type QueryPairs,
  createReplyReader,
  createRequest,
  encodeClientMessage,
  interactRequest,
  parseClientMessage,
  parseCreateBody,
  parseCreateQuery,
  parseInteractQuery,
  parseListQuery,
} from '../../src/amigo-notes/index.ts';
import { readUpload } from '../../src/amigo-notes/upload.ts';
import { encodeUtf8 } from '../../src/wire/utf8.ts';
import { anyServerMessage } from '../amigoNotesMessages.ts';
import { CANARY } from '../calmResult.ts';
import { anyText, hostileInputs } from '../hostileInputs.ts';
import { type FuzzTarget, type Outcome, latin1Of, outcomeOf, readerTarget } from './fuzzTarget.ts';

const ID = '65f0c2a19b7d4e0012ab34cd';
const ACCESS = { organization: 'demo-org', token: CANARY };
const STATUSES = [200, 200, 200, 201, 401, 404, 409, 429, 500, 503];
const ENDINGS: readonly NoteEnding[] = ['closed', 'broken', 'cancelled'];

/** Every target of voice notes that is no codec of lines. */
export const NOTES_TARGETS: readonly FuzzTarget[] = [
  answerTarget(),
  formTarget(),
  queryTarget(
    'interact',
    parseInteractQuery,
    (query) => interactRequest(ACCESS, ID, query, { initial_message_type: 'skip' }).url,
  ),
  queryTarget('create', parseCreateQuery, (query) => createRequest(ACCESS, query, { service_id: ID }).url),
  // Ids are checked when a list is asked for, not when it is read, so what was read cannot always be asked for.
  queryTarget('list', parseListQuery),
  readerTarget(
    'amigo-notes create body',
    [
      JSON.stringify({ service_id: ID, initial_message: 'hello', initial_message_type: 'user-message' }),
      JSON.stringify({ service_id: ID, service_version_set_name: 'release', tags: { team: 'blue', urgent: null } }),
    ],
    parseCreateBody,
  ),
  uploadTarget(),
];

/** Answers of a few lines, good and hostile, cut anywhere, under statuses of every kind. */
function answerTarget(): FuzzTarget {
  const line = anyServerMessage.map((message) => JSON.stringify(message.type === 'unknown' ? message.raw : message));
  const hostileText = hostileInputs(line).map((input) => (typeof input === 'string' ? input : latin1Of(input)));
  const secretLine = fc.constantFrom(
    `{"type":"error","http_error_code":401,"error_description":"${CANARY} has expired"}`,
    `{"message":"${CANARY} is no token","code":"${CANARY}"}`,
    `{"type":"later ${CANARY}"}`,
    `{"type":"new-message","message":["${CANARY}"]}`,
  );
  const lines = fc.array(fc.oneof({ weight: 4, arbitrary: line }, hostileText, secretLine), { maxLength: 5 });
  return {
    name: 'amigo-notes answer',
    inputs: fc.oneof(
      { weight: 4, arbitrary: lines.map((all) => all.join('\n')) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }) },
    ),
    check(input): Outcome {
      const bytes = typeof input === 'string' ? encodeUtf8(input) : input;
      // Drawn from the input, so that the input alone tells what happened.
      const draw = bytes.reduce((sum, byte) => sum + byte, bytes.length);
      const status = STATUSES[draw % STATUSES.length] ?? 200;
      const ending = ENDINGS[draw % ENDINGS.length] ?? 'closed';
      const cutAt = draw % (bytes.length + 1);
      const reader = createReplyReader({
        token: CANARY,
        responseFormat: draw % 2 === 0 ? 'voice' : 'text',
        rawFormat: { encoding: 'pcm-s16le', sampleRate: 16_000 },
        platform: {},
        wasJustCut: draw % 5 === 0,
      });
      reader.answered(status, (name) => (name === 'retry-after' ? latin1Of(bytes.subarray(0, 20)) : null), draw);
      const streamed = [...reader.read(bytes.subarray(0, cutAt)), ...reader.read(bytes.subarray(cutAt))];
      const { events, verdict, isConversationOver } = reader.end(ending);
      const all = [...streamed, ...events];
      const shown = JSON.stringify([all.filter(isReport), verdict]);
      if (shown.includes(CANARY)) return { fault: 'a secret is shown' };
      if (status >= 300 && streamed.length > 0) return { fault: `events from the body of a ${status}` };
      if (status >= 300 && verdict.code === 'ended') return { fault: `a ${status} is called a success` };
      if (isConversationOver && !reader.isComplete) return { fault: 'over without a whole reply' };
      const fault = faultOfOrder(all);
      if (fault !== undefined) return { fault };
      if (reader.isComplete) return 'taken';
      return all.some(({ type }) => type === 'malformedMessage') ? 'refused' : 'unknown';
    },
  };
}

/** What an answer must never tell: two ends, words after a failure, half a sample. */
function faultOfOrder(events: readonly VoiceNoteEvent[]): string | undefined {
  const failedAt = events.findIndex(({ type }) => type === 'vendorError');
  if (failedAt !== -1 && failedAt !== events.length - 1) return `${events.at(-1)?.type} after a failure`;
  if (events.filter(({ type }) => type === 'turnCompleted').length > 1) return 'two ends of one reply';
  const isTorn = events.some(
    (event) => event.type === 'agentAudio' && event.format.encoding === 'pcm-s16le' && event.bytes.length % 2 === 1,
  );
  return isTorn ? 'half a sample' : undefined;
}

/** True for what repeats the server's words about itself; speech and its text pass as they are. */
function isReport({ type }: VoiceNoteEvent): boolean {
  return type === 'vendorError' || type === 'unknownMessage' || type === 'malformedMessage';
}

/** Forms of parts with the names of an upload and of others, written one part a line: `f` or `t`, name, type, content. */
function formTarget(): FuzzTarget {
  const name = fc.constantFrom(
    ...['initial_message_type', 'recorded_message', 'external_event_message_content', '__proto__'],
    ...['external_event_message_timestamp', 'recorded_message ', 'constructor'],
  );
  const content = fc.oneof(
    fc.constantFrom('user-message', 'external-event', 'skip', '', 'hello', '2026-11-21T12:00:00Z', CANARY),
    anyText,
  );
  const line = fc
    .tuple(fc.constantFrom('f', 't'), name, fc.constantFrom('audio/wav', 'TEXT/plain', '', 'x'), content)
    .map((fields) => fields.join('|'));
  const good = fc
    .tuple(fc.constantFrom('user-message', 'external-event'), content, content)
    .map(([type, said, event]) => [
      `t|initial_message_type||${type}`,
      `t|external_event_message_content||${event}`,
      't|external_event_message_timestamp||2026-11-21T12:00:00Z',
      `f|recorded_message|audio/wav|${said}`,
    ]);
  const lines = fc.oneof(
    good,
    fc.array(line, { maxLength: 6 }),
    fc.tuple(good, line).map(([all, more]) => [...all, more]),
  );
  return {
    name: 'amigo-notes form',
    inputs: lines.map((all) => all.join('\n')),
    check(input): Outcome {
      const parts = String(input).split('\n').map(partOf);
      const first = parseClientMessage(parts);
      const outcome = outcomeOf(first);
      if (!first.ok || typeof outcome === 'object') return outcome;
      const written = encodeClientMessage(first.message);
      const second = parseClientMessage(written);
      if (!second.ok) return { fault: `what was taken is refused when written: ${JSON.stringify(second.issues)}` };
      return JSON.stringify(encodeClientMessage(second.message)) === JSON.stringify(written)
        ? outcome
        : { fault: 'another form when read again' };
    },
  };
}

function partOf(line: string): FormPart {
  const [kind, name = '', contentType = '', ...rest] = line.split('|');
  const text = rest.join('|');
  return kind === 'f'
    ? { kind: 'file', name, fileName: 'x', contentType, bytes: encodeUtf8(text) }
    : { kind: 'text', name, text };
}

/** Queries of known and other names. What is taken, asked for again through `urlOf`, must be read the same. */
export function queryTarget<Query>(
  name: string,
  parse: (query: QueryPairs) => ParseResult<Query>,
  urlOf?: (query: Query) => string,
): FuzzTarget {
  const key = fc.constantFrom(
    ...['request_format', 'response_format', 'request_audio_config', 'response_audio_format', 'audio_format'],
    ...['current_agent_action_type', 'service_id', 'id', 'is_finished', 'limit', 'tag', '__proto__', 'constructor'],
  );
  const json = fc.constantFrom(
    ...['{"type":"pcm","frame_rate":16000,"n_channels":1,"sample_width":2}', '{"type":"mp3"}', '{"type":"mp3","a":1}'],
    '{"type":"pcm","sample_rate":16000}',
  );
  const value = fc.oneof(
    fc.constantFrom('text', 'voice', 'pcm', 'mp3', 'true', '0', '1', '150', '151', '1e3', ID, CANARY),
    hostileInputs(json).map((input) => (typeof input === 'string' ? input.slice(0, 2000) : latin1Of(input))),
    json,
  );
  const pairs = fc.array(fc.tuple(key, value), { maxLength: 5 });
  const good = fc
    .tuple(fc.constantFrom('text', 'voice'), json, fc.string())
    .map(([format, config, actions]) => [
      ...[['request_format', format] as [string, string], ['response_format', 'voice'] as [string, string]],
      ...[
        ['request_audio_config', config] as [string, string],
        ['current_agent_action_type', actions] as [string, string],
      ],
    ]);
  return {
    name: `amigo-notes ${name} query`,
    inputs: fc
      .oneof(
        pairs,
        fc.tuple(good, pairs).map(([all, more]) => [...all, ...more]),
        good,
      )
      .map(queryTextOf),
    check(input): Outcome {
      const first = parse(new URLSearchParams(String(input)));
      const outcome = outcomeOf(first);
      if (!first.ok || typeof outcome === 'object' || urlOf === undefined) return outcome;
      const second = parse(new URL(urlOf(first.message)).searchParams);
      if (!second.ok) return { fault: `what was taken is refused when asked: ${JSON.stringify(second.issues)}` };
      return urlOf(second.message) === urlOf(first.message) ? outcome : { fault: 'another query when read again' };
    },
  };
}

function queryTextOf(pairs: readonly (readonly [name: string, value: string])[]): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
}

/** Files of every kind with a few bytes changed or missing, and anything: what is declared must be what is in the file. */
function uploadTarget(): FuzzTarget {
  const samples = new Int16Array(64);
  const files = [
    ...[4000, 16_000, 44_100].map((sampleRate) => encodeWav({ sampleRate, channelCount: 1, samples })),
    encodeWav({ sampleRate: 16_000, channelCount: 2, samples }),
    Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0, 0xff, 0xfb, 0x90, 0x64, 0, 0),
    Uint8Array.of(0xff, 0xf3, 0x40, 0xc4, 0, 0, 0, 0),
  ];
  const changed = fc
    .tuple(fc.constantFrom(...files), fc.nat({ max: 60 }), fc.nat({ max: 255 }), fc.nat({ max: 200 }), fc.boolean())
    .map(([file, at, byte, end, isCut]) => {
      const copy = file.slice();
      copy[at % copy.length] = byte;
      return isCut ? copy.subarray(0, end) : copy;
    });
  return {
    name: 'amigo-notes upload',
    inputs: fc.oneof({ weight: 4, arbitrary: changed }, fc.uint8Array({ maxLength: 200 })),
    check(input): Outcome {
      const bytes = typeof input === 'string' ? encodeUtf8(input) : input;
      const result = readUpload({ audio: bytes });
      const outcome = outcomeOf(result);
      if (!result.ok || typeof outcome === 'object') return outcome;
      const { recording, declaration } = result.message;
      const { request_audio_config: config } = declaration;
      if (recording.kind !== 'voice' || recording.bytes !== bytes) return { fault: 'other bytes than were given' };
      if (recording.contentType !== (config?.type === 'pcm' ? 'audio/wav' : 'audio/mpeg'))
        return { fault: 'two kinds' };
      const query = { request_format: 'voice', response_format: 'text', request_audio_config: JSON.stringify(config) };
      const isAccepted = parseInteractQuery(Object.entries(query)).ok;
      if (!isAccepted) return { fault: `a server refuses ${JSON.stringify(config)}` };
      return bytes.length > LIMITS.maxUploadBytes ? { fault: `${bytes.length} bytes are taken` } : outcome;
    },
  };
}
