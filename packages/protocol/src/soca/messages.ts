// This file models every message that Soca's server sends, in the vendor's own spelling: shapes, and the types of
// them. Their schemas are in schemas.ts.
//
// Page: [stream] as listed in constants.ts. Objects are loose: fields that this version does not know are kept, as
// `unknown`. On the wire, control messages carry a `type` and the agent's output a `stepType`; here every message has a `type`.
import type { UnknownMessage } from '../wire/readWire.ts';
import type { MessageIn, MessageShapes } from '../wire/shape.ts';
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
const SEQ = 'number | string';

/** The server's control messages by their `type`. */
export const CONTROL_SHAPES = {
  /** The session is accepted; no audio yet. [stream] "Ready Signal". */
  ready: { session_id: 'string', 'seq?': SEQ },
  /** Microphone audio may flow. [stream] "Ready Signal". */
  'stt.ready': { 'seq?': SEQ },
  /** What the user seems to be saying; replaces the partial before it. [stream] "Transcripts". */
  'stt.partial': { text: 'string', 'seq?': SEQ },
  /** What the user said. When empty, the agent stays silent. [stream] "Transcripts". */
  'stt.final': { text: 'string', 'seq?': SEQ },
  /**
   * The user's speech interrupts the agent: replies numbered below `seq` are dead. `reason` is open; `content_partial` is
   * known. [stream] "Barge-in Control".
   */
  barge: { 'seq?': SEQ, 'reason?': 'string' },
  /** A failure; `message` is all there is, known texts in `ERROR_MESSAGES`. [stream] "Error Handling". */
  error: { message: 'string', 'seq?': SEQ },
} as const satisfies MessageShapes;

/** The agent's output by its `stepType`. */
export const STEP_SHAPES = {
  /** One piece of a spoken sentence. [stream] "Agent Response". Its example of a last chunk lacks what may be absent here. */
  sentence: {
    'chatId?': 'string',
    /** Names the sentence within its reply; says nothing about order. */
    sentenceId: SEQ,
    /** The sentence in words. */
    'contentStep?': 'string',
    /** MP3, a piece of the sentence's base64 text or an encoding of its own. `null` where there is none. */
    'audioBase64?': 'string',
    /** `audio/mp3`. */
    'audioMime?': 'string',
    /** Counts the chunks of the sentence, from 0. */
    chunkIndex: 'number',
    isLastChunk: 'boolean',
    'seq?': SEQ,
  },
  /** The whole reply in words; audio of it may still be on its way. [stream] "Final Answer". */
  final_answer: {
    'stepTitle?': 'string',
    'fullResponse?': { 'answers?': [{ 'output?': 'string' }] },
    'audioBase64?': 'string',
    'audioMime?': 'string',
    'isFinal?': 'boolean',
    'seq?': SEQ,
    /** ms of processing. */
    'stepDuration?': 'number',
  },
} as const satisfies MessageShapes;

type Control<Kind extends keyof typeof CONTROL_SHAPES> = MessageIn<'type', Kind, (typeof CONTROL_SHAPES)[Kind]>;

export type ReadyMessage = Control<'ready'>;
export type SttReadyMessage = Control<'stt.ready'>;
export type SttPartialMessage = Control<'stt.partial'>;
export type SttFinalMessage = Control<'stt.final'>;
export type BargeMessage = Control<'barge'>;
export type ErrorMessage = Control<'error'>;
export type Sentence = MessageIn<'stepType', 'sentence', typeof STEP_SHAPES.sentence>;
export type FinalAnswer = MessageIn<'stepType', 'final_answer', typeof STEP_SHAPES.final_answer>;

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
