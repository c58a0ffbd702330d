// This file generates every message of Amigo's real-time voice, with fields and types that no version knows yet.
import fc from 'fast-check';
import {
  CLIENT_SCHEMAS,
  SERVER_SCHEMAS,
  type AudioConfig,
  type ClientMessage,
  type MessageOf,
  type ServerMessage,
} from '../src/amigo/index.ts';
import { anyText } from './hostileInputs.ts';

// Prototype keys are removed on purpose when parsing, so what must survive a round trip has none.
const jsonValue = fc
  .json({ maxDepth: 2 })
  .filter((text) => !/__proto__|constructor/.test(text))
  .map((text): unknown => JSON.parse(text));

/** Fields from the future; the prefix keeps them apart from those of today. */
const extra = fc.dictionary(
  fc.string().map((key) => `x-${key}`),
  jsonValue,
  { maxKeys: 2, noNullPrototype: true },
);

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** A message with some of its optional fields, and fields from the future. That it is one, the contract shows. */
function message<const Type extends (ClientMessage | ServerMessage)['type']>(
  type: Type,
  required: Fields,
  optional: Fields,
): fc.Arbitrary<MessageOf<Type>> {
  const fields = fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });
  return fc.tuple(extra, fields).map(([future, now]) => ({ ...future, ...now, type }) as unknown as MessageOf<Type>);
}

/** What JSON keeps: no NaN, no infinity, no negative zero. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));

const unknownMessage = (known: Readonly<Record<string, unknown>>) =>
  fc
    .record({ messageType: anyText.filter((type) => !Object.hasOwn(known, type)), fields: extra })
    .map(
      ({ messageType, fields }) => ({ type: 'unknown', messageType, raw: { ...fields, type: messageType } }) as const,
    );

const format = fc.constantFrom('pcm', 'mp3');

const audioConfig: fc.Arbitrary<AudioConfig> = fc.record(
  {
    format,
    type: format,
    sample_rate: number,
    frame_rate: number,
    sample_width: number,
    n_channels: number,
    bit_rate: number,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<AudioConfig>;

const clientMessages: readonly fc.Arbitrary<ClientMessage>[] = [
  message('client.start-conversation', { service_id: anyText }, { service_version_set_name: anyText }),
  message('client.continue-conversation', { conversation_id: anyText }, {}),
  message(
    'client.new-text-message',
    { text: anyText, message_type: fc.constantFrom('user-message' as const, 'external-event' as const) },
    { start_interaction: fc.boolean() },
  ),
  message('client.new-audio-message', { audio: fc.option(anyText) }, { audio_config: audioConfig }),
  message('client.switch-vad-mode', { vad_mode_on: fc.boolean() }, {}),
  message('client.finish-conversation', {}, {}),
  message('client.close-connection', {}, {}),
  message('client.extend-timeout', {}, {}),
  unknownMessage(CLIENT_SCHEMAS),
];

/** Any client message. */
export const anyAmigoClientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(...clientMessages);

const action = fc.tuple(extra, anyText).map(([fields, type]) => ({ ...fields, type }));
const alignment = fc.array(fc.tuple(number, anyText), { maxLength: 5 });
const errorFields = {
  http_error_code: fc.option(number),
  error_description: fc.option(anyText),
  code: fc.option(fc.oneof(anyText, number)),
  message: fc.option(anyText),
};

const serverMessages: readonly fc.Arbitrary<ServerMessage>[] = [
  message('server.conversation-created', { conversation_id: anyText }, {}),
  message('server.conversation-retrieved', {}, {}),
  message('server.conversation-completed', {}, {}),
  message(
    'server.new-message',
    { message_id: anyText, sequence_number: number, stop: fc.boolean() },
    {
      message: fc.option(anyText),
      interaction_id: fc.option(anyText),
      transcript_alignment: fc.option(alignment),
      message_metadata: jsonValue,
    },
  ),
  message(
    'server.interaction-complete',
    { message_id: anyText, interaction_id: anyText, full_message: anyText, conversation_completed: fc.boolean() },
    {},
  ),
  message('server.vad-speech-started', { start: number }, {}),
  message('server.vad-speech-ended', { transcript: anyText, start: number, end: number }, {}),
  message('server.vad-speech-reset-zero', { timestamp: number }, {}),
  message('server.vad-mode-switched', { current_vad_mode_on: fc.boolean() }, {}),
  message('server.current-agent-action', { action }, {}),
  message('current-agent-action', { action }, {}),
  message('server.action-too-long', { filler: anyText }, {}),
  message('action-too-long', { filler: anyText }, {}),
  message('server.error', {}, errorFields),
  message('error', {}, errorFields),
  unknownMessage(SERVER_SCHEMAS),
];

/** Any server message. */
export const anyAmigoServerMessage: fc.Arbitrary<ServerMessage> = fc.oneof(...serverMessages);
