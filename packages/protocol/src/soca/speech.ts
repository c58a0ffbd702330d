// This file follows the agent's speech: sentences in chunks, each an audio stream of its own, in replies that may die. Pure.
import type { SessionEvent } from '../neutral/session.ts';
import type { PendingWait } from '../neutral/vendor.ts';
import { failWith } from '../wire/issues.ts';
import { LIMITS } from './constants.ts';
import { readSeq } from './decode.ts';
import type { FinalAnswer, Sentence } from './messages.ts';
import {
  type Replies,
  type Reply,
  NO_REPLIES,
  isDead,
  killHeard,
  nameOfReply,
  raise,
  replyOf,
  startNext,
  withHeard,
} from './replies.ts';

/** Audio of one stream, still base64: becomes `agentAudio` when it is decoded. */
export interface EncodedAudio {
  readonly type: 'encodedAudio';
  readonly base64: string;
  readonly generation: string;
  readonly streamId: string;
}

/** A neutral event, or audio on its way to be one. */
export type SpeechEvent = SessionEvent | EncodedAudio;

/** A sentence of which chunks have come. */
interface FollowedSentence {
  readonly id: number | string;
  readonly reply: Reply;
  readonly nextChunkIndex: number;
  /** The stream that its next audio continues. Absent before the first audio, and where a chunk is missing. */
  readonly streamId?: string | undefined;
  readonly hasText: boolean;
  readonly isComplete: boolean;
}

/** What is known of the agent's speech. */
export interface Speech {
  readonly replies: Replies;
  /** In order of their first chunk. Of dead replies too, so that late chunks without a number are known for what they are. */
  readonly sentences: readonly FollowedSentence[];
  readonly streamCount: number;
  /** The reply of the last sentence that was taken. */
  readonly lastReply?: Reply;
  /** The reply that has words already: more of them need a space before. */
  readonly worded?: string | undefined;
  /** A new object with every chunk: the time starts again. */
  readonly wait?: PendingWait | undefined;
}

/** The next state, and what to tell. */
export interface SpeechStep {
  readonly speech: Speech;
  readonly events: readonly SpeechEvent[];
}

/** Before the agent spoke. */
export const NO_SPEECH: Speech = { replies: NO_REPLIES, sentences: [], streamCount: 0 };

/** What the wait for the rest of a sentence is called. */
export const AWAITED_CHUNK = 'sentence-chunk';

/** The audio streams that may go on; nothing else needs a decoder. */
export function openStreams({ sentences }: Speech): ReadonlySet<string> {
  return new Set(sentences.flatMap(({ streamId }) => (streamId === undefined ? [] : [streamId])));
}

/** Any message may carry a number; a higher one ends the replies below it, whatever the message is about. */
export function noticeSeq(speech: Speech, seq: number | undefined, vendorReason?: string): SpeechStep {
  const { currentSeq } = speech.replies;
  if (seq === undefined || (currentSeq !== undefined && seq <= currentSeq)) return { speech, events: [] };
  const hadLivingReply = speech.lastReply !== undefined && !isDead(speech.replies, speech.lastReply);
  const next = withoutDeadStreams({ ...speech, replies: raise(speech.replies, seq) });
  const isBarge = vendorReason !== undefined;
  if (!hadLivingReply && !isBarge) return { speech: next, events: [] };
  const nextGeneration = nameOfReply({ seq });
  return { speech: next, events: [{ type: 'interrupted', nextGeneration, ...(vendorReason ? { vendorReason } : {}) }] };
}

/** The server says that the user interrupts. `seq` is the number of the reply that comes instead. */
export function acceptBarge(speech: Speech, seq: number | undefined, vendorReason: string): SpeechStep {
  if (seq !== undefined) return noticeSeq(speech, seq, vendorReason);
  const next = withoutDeadStreams({ ...speech, replies: startNext(killHeard(speech.replies)) });
  return { speech: next, events: [{ type: 'interrupted', ...(vendorReason ? { vendorReason } : {}) }] };
}

/** The user interrupts, and we are the first to know. Without a number, all that comes is dead until the user has spoken. */
export function interruptSpeech(speech: Speech): Speech {
  return withoutDeadStreams({ ...speech, replies: killHeard(speech.replies) });
}

/** The user has said something that the agent will answer. */
export function acceptUserTurn(speech: Speech): Speech {
  return { ...speech, replies: startNext(speech.replies) };
}

/** A chunk of a sentence came. Its number has been noticed. */
export function acceptSentence(speech: Speech, step: Sentence): SpeechStep {
  const sentence = findSentence(speech, step) ?? newSentence(replyOf(speech.replies, readSeq(step.seq)), step);
  const { reply, nextChunkIndex } = sentence;
  // Repeats are harmless: TCP keeps the order, so what is below the next index has been heard.
  const isRepeat = sentence.isComplete || step.chunkIndex < nextChunkIndex;
  if (isDead(speech.replies, reply) || isRepeat) return { speech, events: [] };
  const events: SpeechEvent[] = [];
  const generation = nameOfReply(reply);
  let { streamId, hasText } = sentence;
  let { streamCount, worded, replies } = speech;
  if (step.chunkIndex !== nextChunkIndex) {
    const { issues } = failWith(`chunk ${nextChunkIndex}`, `chunk ${step.chunkIndex}`, ['chunkIndex']);
    // MP3 frames lean on the ones before them, so audio after a gap is a stream of its own.
    events.push({ type: 'malformedMessage', issues }, ...endOf(sentence));
    streamId = undefined;
  }
  if (step.contentStep && !hasText) {
    events.push({ type: 'agentText', text: (worded === generation ? ' ' : '') + step.contentStep, generation });
    hasText = true;
    worded = generation;
  }
  if (step.audioBase64) {
    streamId ??= String(++streamCount);
    events.push({ type: 'encodedAudio', base64: step.audioBase64, generation, streamId });
    replies = withHeard(replies, reply);
  }
  const isComplete = step.isLastChunk;
  const next = { ...sentence, nextChunkIndex: step.chunkIndex + 1, streamId, hasText, isComplete };
  if (isComplete) events.push(...endOf(next));
  const sentences = follow(speech.sentences, sentence, isComplete ? withoutStream(next) : next, events);
  const wait = { awaited: AWAITED_CHUNK, limitMs: LIMITS.sentenceIdleMs };
  return { speech: awaiting({ replies, sentences, streamCount, lastReply: reply, worded, wait }), events };
}

/** The reply is complete in words. Its audio may go on, so no stream ends here. */
export function acceptFinalAnswer(speech: Speech, step: FinalAnswer): SpeechStep {
  const seq = readSeq(step.seq);
  const reply = seq === undefined ? (speech.lastReply ?? replyOf(speech.replies, seq)) : { seq };
  const next = seq === undefined ? { ...speech, replies: startNext(speech.replies) } : speech;
  if (isDead(speech.replies, reply)) return { speech: next, events: [] };
  const fullText = (step.fullResponse?.answers ?? []).flatMap(({ output }) => output ?? []).join('\n');
  const generation = nameOfReply(reply);
  return { speech: next, events: [{ type: 'turnCompleted', generation, ...(fullText === '' ? {} : { fullText }) }] };
}

/** No chunk came for long enough: the open streams end here, and a chunk that comes all the same starts another. */
export function giveUpWaiting(speech: Speech, wait: PendingWait): SpeechStep {
  if (wait !== speech.wait) return { speech, events: [] };
  return {
    speech: { ...speech, sentences: speech.sentences.map(withoutStream), wait: undefined },
    events: [...speech.sentences.flatMap(endOf), { type: 'waitExpired', ...wait }],
  };
}

/** Puts `next` in the place of `sentence`, or behind all others; there is room for so many, and the oldest has to go. */
function follow(
  sentences: readonly FollowedSentence[],
  sentence: FollowedSentence,
  next: FollowedSentence,
  events: SpeechEvent[],
): readonly FollowedSentence[] {
  if (sentences.includes(sentence)) return sentences.map((other) => (other === sentence ? next : other));
  if (sentences.length < LIMITS.maxFollowedSentenceCount) return [...sentences, next];
  const [oldest, ...rest] = sentences;
  if (oldest) events.push(...endOf(oldest));
  return [...rest, next];
}

/** The sentence that a chunk continues. Without a number of its own, a later chunk is known by its sentence alone. */
function findSentence({ sentences, replies }: Speech, step: Sentence): FollowedSentence | undefined {
  const seq = readSeq(step.seq);
  const ownReply = nameOfReply(replyOf(replies, seq));
  const matching = sentences.filter(
    ({ id, reply }) =>
      id === step.sentenceId && (nameOfReply(reply) === ownReply || (seq === undefined && step.chunkIndex > 0)),
  );
  return matching.at(-1);
}

function newSentence(reply: Reply, { sentenceId }: Sentence): FollowedSentence {
  return { id: sentenceId, reply, nextChunkIndex: 0, hasText: false, isComplete: false };
}

function withoutStream(sentence: FollowedSentence): FollowedSentence {
  return { ...sentence, streamId: undefined };
}

// Nobody needs to hear that a dead stream has ended: `interrupted` said so, or it was our own interruption.
function withoutDeadStreams(speech: Speech): Speech {
  const { replies } = speech;
  const sentences = speech.sentences.map((each) => (isDead(replies, each.reply) ? withoutStream(each) : each));
  return awaiting({ ...speech, sentences });
}

/** Without an open stream nothing is awaited. */
function awaiting(speech: Speech): Speech {
  return openStreams(speech).size > 0 ? speech : { ...speech, wait: undefined };
}

function endOf({ streamId, reply }: FollowedSentence): readonly SessionEvent[] {
  return streamId === undefined ? [] : [{ type: 'agentAudioEnded', generation: nameOfReply(reply), streamId }];
}
