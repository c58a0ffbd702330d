// This file models what a client sends in the vendor's own spelling: uploads, queries, bodies and headers.
//
// Sources as in constants.ts. The vendor's schemas of requests are closed, so these are too: a key of another name is a
// fault. Queries are the exception, since servers ignore what they do not know there.
import * as v from 'valibot';
import { ID_PATTERN } from '../amigo-shared/place.ts';
import { isBytes } from '../wire/bytes.ts';
import { LIMITS } from './constants.ts';

const Id = v.pipe(v.string(), v.regex(ID_PATTERN, '24 hex digits in lower case'));
const SomeText = v.pipe(v.string(), v.nonEmpty('some text'));
const Form = v.picklist(['text', 'voice']);
const Texts = v.array(SomeText);
const Rate = v.pipe(
  v.number(),
  v.integer('whole Hz'),
  v.minValue(LIMITS.minUploadSampleRate, `at least ${LIMITS.minUploadSampleRate} Hz`),
  v.maxValue(LIMITS.maxUploadSampleRate, `at most ${LIMITS.maxUploadSampleRate} Hz`),
);

/** How an uploaded file is to be read; a WAV file for `pcm`. [oas] `UserMessageAudioConfig`. */
export const RequestAudioConfigSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('pcm'),
    frame_rate: Rate,
    n_channels: v.literal(1),
    /** Bytes per sample. */
    sample_width: v.picklist([2, 4]),
  }),
  v.strictObject({ type: v.literal('mp3') }),
]);
export type RequestAudioConfig = Readonly<v.InferOutput<typeof RequestAudioConfigSchema>>;

/** How the agent is to sound. Declared in [oas] at 805eaa3 only, and demanded by the text of its 400 ever since. */
export const ResponseAudioFormatSchema = v.variant('type', [
  v.strictObject({ type: v.literal('pcm'), sample_rate: v.picklist([8000, 16_000, 44_100]) }),
  v.strictObject({
    type: v.literal('mp3'),
    sample_rate: v.picklist([22_050, 44_100]),
    sample_width: v.picklist([4, 8]),
  }),
]);
export type ResponseAudioFormat = Readonly<v.InferOutput<typeof ResponseAudioFormatSchema>>;

/** Query of an `interact` call. The two objects travel as JSON text. [notes], [oas]. */
export const InteractQuerySchema = v.object({
  request_format: Form,
  response_format: Form,
  /** Required where `request_format` is `voice`. */
  request_audio_config: v.exactOptional(RequestAudioConfigSchema),
  /** RE2 expression; everything by default. */
  current_agent_action_type: v.exactOptional(v.string()),
  response_audio_format: v.exactOptional(ResponseAudioFormatSchema),
  /** The older way to say the same. */
  audio_format: v.exactOptional(v.picklist(['pcm', 'mp3'])),
});
export type InteractQuery = Readonly<v.InferOutput<typeof InteractQuerySchema>>;

/** Query of the call that makes a conversation. [oas]. */
export const CreateQuerySchema = v.object({
  response_format: Form,
  current_agent_action_type: v.exactOptional(v.string()),
});
export type CreateQuery = Readonly<v.InferOutput<typeof CreateQuerySchema>>;

/** Body of the call that makes a conversation. [oas]. */
export const CreateBodySchema = v.strictObject({
  service_id: Id,
  /** Default `release`. */
  service_version_set_name: v.exactOptional(v.string()),
  /** Without it the agent speaks first. */
  initial_message: v.exactOptional(v.nullable(SomeText)),
  initial_message_type: v.exactOptional(v.nullable(v.picklist(['user-message', 'external-event']))),
  tags: v.exactOptional(v.record(v.string(), v.nullable(SomeText))),
});
export type CreateBody = Readonly<v.InferOutput<typeof CreateBodySchema>>;

/** Query of the list of conversations. [oas]. */
export const ListQuerySchema = v.object({
  service_id: v.exactOptional(v.array(Id)),
  user_id: v.exactOptional(v.array(v.string())),
  id: v.exactOptional(v.array(Id)),
  is_finished: v.exactOptional(v.boolean()),
  limit: v.exactOptional(
    v.pipe(
      v.number(),
      v.integer('a whole number'),
      v.minValue(1, 'at least 1'),
      v.maxValue(LIMITS.maxListCount, `at most ${LIMITS.maxListCount}`),
    ),
  ),
  continuation_token: v.exactOptional(v.number()),
  /** `+created_at` or `-created_at`. */
  sort_by: v.exactOptional(v.array(v.string())),
  /** `key:value`. */
  tag: v.exactOptional(v.array(v.string())),
});
export type ListQuery = Readonly<v.InferOutput<typeof ListQuerySchema>>;

/** Query of the call for a message's recording. [oas]. */
export const SourceQuerySchema = v.object({ long_lived: v.exactOptional(v.boolean()) });
export type SourceQuery = Readonly<v.InferOutput<typeof SourceQuerySchema>>;

/** Headers of every call but the sign-in, names in lower case. [oas]; the pattern of the content type is [notes]'. */
export const RequestHeadersSchema = v.looseObject({
  authorization: v.pipe(v.string(), v.regex(/^Bearer [\x21-\x7e]+$/, 'Bearer and a token')),
  accept: v.exactOptional(v.string()),
  /** Of `interact`: one space, and the boundary last. */
  'content-type': v.exactOptional(
    v.pipe(v.string(), v.regex(/^(multipart\/form-data; boundary=.+|application\/json.*)$/, 'a form or JSON')),
  ),
  'x-org-id': v.exactOptional(v.string()),
  'x-mongo-cluster-name': v.exactOptional(v.string()),
});
export type RequestHeaders = v.InferOutput<typeof RequestHeadersSchema>;

/** What was recorded, or written. */
export const RecordedMessageSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('text'), text: SomeText }),
  v.strictObject({
    kind: v.literal('voice'),
    /** `audio/wav` or `audio/mpeg`. */
    contentType: v.string(),
    /** A view of the caller's bytes, not a copy. */
    bytes: v.custom<Uint8Array>((value) => isBytes(value) && value.length > 0, 'bytes'),
  }),
]);
export type RecordedMessage = Readonly<v.InferOutput<typeof RecordedMessageSchema>>;

/**
 * An upload: the form of an `interact` call. The two lists of events have one length; timestamps are ISO 8601 with a
 * zone, ascending, in the past. `skip` asks for the agent's next message without saying anything. [oas], part layout [py].
 */
export const ClientMessageSchema = v.variant('initial_message_type', [
  v.strictObject({
    initial_message_type: v.picklist(['user-message', 'external-event']),
    recorded_message: RecordedMessageSchema,
    external_event_message_content: Texts,
    external_event_message_timestamp: Texts,
  }),
  v.strictObject({ initial_message_type: v.literal('skip') }),
]);
export type ClientMessage = Readonly<v.InferOutput<typeof ClientMessageSchema>>;
