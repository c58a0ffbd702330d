// This file models every message that Soca's server sends, in the vendor's own spelling: schemas and their types.
//
// Page: [stream] as listed in constants.ts. Objects are loose: fields that this version does not know are kept, as
// `unknown`. On the wire, control messages carry a `type` and the agent's output a `stepType`; here every message has a `type`.
import * as v from 'valibot';
import type {
  ClientBargeMessage,
  RelayStartMessage,
  StartMessage,
  StopMessage,
  TokenStartMessage,
} from './clientMessages.ts';

/**
 * Number of the reply that a message belongs to: an integer, 0 included. Also taken as a string of digits; what is no number
 * counts as absent. Read it with `readSeq`.
 */
const SeqSchema = v.nullish(v.union([v.number(), v.string()]));

/** The session is accepted; no audio yet. [stream] "Ready Signal". */
export const ReadySchema = v.looseObject({ type: v.literal('ready'), session_id: v.string(), seq: SeqSchema });
export type ReadyMessage = v.InferOutput<typeof ReadySchema>;

/** Microphone audio may flow. [stream] "Ready Signal". */
export const SttReadySchema = v.looseObject({ type: v.literal('stt.ready'), seq: SeqSchema });
export type SttReadyMessage = v.InferOutput<typeof SttReadySchema>;

/** What the user seems to be saying; replaces the partial before it. [stream] "Transcripts". */
export const SttPartialSchema = v.looseObject({ type: v.literal('stt.partial'), text: v.string(), seq: SeqSchema });
export type SttPartialMessage = v.InferOutput<typeof SttPartialSchema>;

/** What the user said. When empty, the agent stays silent. [stream] "Transcripts". */
export const SttFinalSchema = v.looseObject({ type: v.literal('stt.final'), text: v.string(), seq: SeqSchema });
export type SttFinalMessage = v.InferOutput<typeof SttFinalSchema>;

/** The user's speech interrupts the agent: replies numbered below `seq` are dead. [stream] "Barge-in Control". */
export const BargeSchema = v.looseObject({
  type: v.literal('barge'),
  seq: SeqSchema,
  /** Open; `content_partial` is known. */
  reason: v.nullish(v.string()),
});
export type BargeMessage = v.InferOutput<typeof BargeSchema>;

/** A failure; `message` is all there is, known texts in `ERROR_MESSAGES`. [stream] "Error Handling". */
export const ErrorSchema = v.looseObject({ type: v.literal('error'), message: v.string(), seq: SeqSchema });
export type ErrorMessage = v.InferOutput<typeof ErrorSchema>;

/** One piece of a spoken sentence. [stream] "Agent Response". */
export const SentenceSchema = v.looseObject({
  stepType: v.literal('sentence'),
  /** Absent from the page's example of a last chunk, like the three fields marked so below. */
  chatId: v.nullish(v.string()),
  /** Names the sentence within its reply; says nothing about order. */
  sentenceId: v.union([v.number(), v.string()]),
  /** The sentence in words. May be absent. */
  contentStep: v.nullish(v.string()),
  /** MP3, a piece of the sentence's base64 text or an encoding of its own. `null` where there is none. */
  audioBase64: v.nullish(v.string()),
  /** `audio/mp3`. May be absent. */
  audioMime: v.nullish(v.string()),
  /** Counts the chunks of the sentence, from 0. */
  chunkIndex: v.number(),
  isLastChunk: v.boolean(),
  seq: SeqSchema,
});
export type Sentence = v.InferOutput<typeof SentenceSchema>;

/** The whole reply in words; audio of it may still be on its way. [stream] "Final Answer". */
export const FinalAnswerSchema = v.looseObject({
  stepType: v.literal('final_answer'),
  stepTitle: v.nullish(v.string()),
  fullResponse: v.nullish(
    v.looseObject({ answers: v.nullish(v.array(v.looseObject({ output: v.nullish(v.string()) }))) }),
  ),
  audioBase64: v.nullish(v.string()),
  audioMime: v.nullish(v.string()),
  isFinal: v.nullish(v.boolean()),
  seq: SeqSchema,
  /** ms of processing. */
  stepDuration: v.nullish(v.number()),
});
export type FinalAnswer = v.InferOutput<typeof FinalAnswerSchema>;

/** The server's control messages by their `type`. */
export const CONTROL_SCHEMAS = {
  ready: ReadySchema,
  'stt.ready': SttReadySchema,
  'stt.partial': SttPartialSchema,
  'stt.final': SttFinalSchema,
  barge: BargeSchema,
  error: ErrorSchema,
} as const;

/** A {@link Sentence}. `type` is ours; the message as it is on the wire is `step`. */
export interface SentenceMessage {
  readonly type: 'sentence';
  readonly step: Sentence;
}

/** A {@link FinalAnswer}. `type` is ours; the message as it is on the wire is `step`. */
export interface FinalAnswerMessage {
  readonly type: 'final_answer';
  readonly step: FinalAnswer;
}

/** A binary message. From a client: mono PCM, s16le, 16 kHz. No page has one from a server. `type` is ours. */
export interface AudioMessage {
  readonly type: 'audio';
  /** As received: may be empty or odd in length. A view, not a copy. */
  readonly bytes: Uint8Array;
}

/** A text message of a kind this version does not know. `type` is ours. */
export interface UnknownMessage {
  readonly type: 'unknown';
  /** The wire's `type`, or its `stepType` where it has no other. */
  readonly messageType: string;
  /** The whole message, untrusted. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Everything a server may say. */
export type ServerMessage =
  | ReadyMessage
  | SttReadyMessage
  | SttPartialMessage
  | SttFinalMessage
  | BargeMessage
  | ErrorMessage
  | SentenceMessage
  | FinalAnswerMessage
  | AudioMessage
  | UnknownMessage;

/** Everything a client may say. */
export type ClientMessage =
  | StartMessage
  | TokenStartMessage
  | RelayStartMessage
  | StopMessage
  | ClientBargeMessage
  | AudioMessage
  | UnknownMessage;
