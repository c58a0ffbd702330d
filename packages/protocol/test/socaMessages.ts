// This file generates every message of Soca's, with fields and kinds that no version knows yet.
import fc from 'fast-check';
import type { ClientMessage, ServerMessage } from '../src/soca/index.ts';
import { anyText } from './hostileInputs.ts';

// Prototype keys are removed on purpose when parsing, so what must survive a round trip has none.
const jsonValue = fc
  .json({ maxDepth: 2 })
  .filter((text) => !/__proto__|constructor/.test(text))
  .map((text): unknown => JSON.parse(text));

const RESERVED_KEYS = new Set(
  (
    'type stepType seq text reason message session_id private_key agent_id token lang sr chatId sentenceId contentStep ' +
    'audioBase64 audioMime chunkIndex isLastChunk stepTitle fullResponse isFinal stepDuration answers output ' +
    '__proto__ constructor prototype'
  ).split(' '),
);

const unknownFields = fc.dictionary(
  fc.string().filter((key) => !RESERVED_KEYS.has(key)),
  jsonValue,
  { maxKeys: 3, noNullPrototype: true },
);

/** Optional keys may be absent, and a few of them null. */
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
const seq = orNull(fc.oneof(fc.integer(), fc.nat().map(String), anyText));
const word = anyText.filter((text) => text !== '');

const withUnknown = <Known extends object>(known: fc.Arbitrary<Known>) =>
  fc.tuple(unknownFields, known).map(([fields, message]) => ({ ...fields, ...message }));

const control = <Type extends string, Fields extends object>(type: Type, fields: fc.Arbitrary<Fields>) =>
  withUnknown(fields).map((message) => ({ ...message, type }));

const text = fc.record({ text: anyText, seq }, { requiredKeys: ['text'] });
const onlySeq = fc.record({ seq }, { requiredKeys: [] });

const sentence = withUnknown(
  fc.record(
    {
      stepType: fc.constant('sentence' as const),
      chatId: orNull(anyText),
      sentenceId: fc.oneof(finite, anyText),
      contentStep: orNull(anyText),
      audioBase64: orNull(fc.base64String()),
      audioMime: orNull(anyText),
      chunkIndex: finite,
      isLastChunk: fc.boolean(),
      seq,
    },
    { requiredKeys: ['stepType', 'sentenceId', 'chunkIndex', 'isLastChunk'] },
  ),
);

const answers = fc.array(withUnknown(fc.record({ output: orNull(anyText) }, { requiredKeys: [] })), { maxLength: 2 });

const finalAnswer = withUnknown(
  fc.record(
    {
      stepType: fc.constant('final_answer' as const),
      stepTitle: orNull(anyText),
      fullResponse: orNull(withUnknown(fc.record({ answers: orNull(answers) }, { requiredKeys: [] }))),
      audioBase64: fc.constant(null),
      audioMime: orNull(anyText),
      isFinal: orNull(fc.boolean()),
      seq,
      stepDuration: orNull(finite),
    },
    { requiredKeys: ['stepType'] },
  ),
);

const audio = fc.uint8Array({ maxLength: 700 }).map((bytes) => ({ type: 'audio', bytes }) as const);

const unknownOf = (known: ReadonlySet<string>) =>
  fc
    .record({ messageType: anyText.filter((type) => !known.has(type)), fields: unknownFields, isStep: fc.boolean() })
    .filter(({ messageType, isStep }) => !isStep || (messageType !== 'sentence' && messageType !== 'final_answer'))
    .map(
      ({ messageType, fields, isStep }) =>
        ({
          type: 'unknown',
          messageType,
          raw: { ...fields, [isStep ? 'stepType' : 'type']: messageType },
        }) as const,
    );

/** Any server message. */
export const anyServerMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  control('ready', fc.record({ session_id: anyText, seq }, { requiredKeys: ['session_id'] })),
  control('stt.ready', onlySeq),
  control('stt.partial', text),
  control('stt.final', text),
  control('barge', fc.record({ seq, reason: orNull(anyText) }, { requiredKeys: [] })),
  control('error', fc.record({ message: anyText, seq }, { requiredKeys: ['message'] })),
  sentence.map((step) => ({ type: 'sentence', step }) as const),
  // A sentence may have a type of its own that no version knows.
  sentence.map((step) => ({ type: 'sentence', step: { ...step, type: 'x-agent' } }) as const),
  finalAnswer.map((step) => ({ type: 'final_answer', step }) as const),
  audio,
  unknownOf(new Set(['ready', 'stt.ready', 'stt.partial', 'stt.final', 'barge', 'error'])),
);

const speech = { lang: fc.constantFrom('id' as const, 'en' as const), sr: fc.constant(16_000 as const) };
const ids = { session_id: word, agent_id: word };

/** Any client message. */
export const anyClientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  control(
    'start',
    fc.record({ private_key: word, ...ids, ...speech }, { requiredKeys: ['private_key', 'session_id', 'agent_id'] }),
  ),
  control(
    'tokenStart',
    fc.record({ token: word, ...ids, ...speech }, { requiredKeys: ['token', 'session_id', 'agent_id'] }),
  ),
  control('relay.start', fc.record({ token: word, ...ids, ...speech }, { requiredKeys: ['token', 'agent_id'] })),
  unknownFields.map((fields) => ({ ...fields, type: 'stop' }) as const),
  unknownFields.map((fields) => ({ ...fields, type: 'barge' }) as const),
  audio,
  unknownOf(new Set(['start', 'relay.start', 'stop', 'barge'])).filter(({ raw }) => 'type' in raw),
);
