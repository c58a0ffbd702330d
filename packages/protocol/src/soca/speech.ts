// This file follows the agent's speech: sentences in chunks, each an audio stream of its own, in replies that may die. Pure.
import type { Mp3Format } from '../neutral/audioFormat.ts';
import type { SessionEvent } from '../neutral/session.ts';
import type { PendingWait, PlatformBase64 } from '../neutral/vendor.ts';
import { type Base64Rest, type DecodedBase64, NO_REST, decodePiece } from '../wire/base64Decode.ts';
import { malformed } from '../wire/issues.ts';
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

/** The agent's audio. */
export const DOWNLINK_AUDIO: Mp3Format = { encoding: 'mp3', sampleRate: LIMITS.downlinkSampleRate };

/** A sentence of which chunks have come. */
interface FollowedSentence {
  readonly id: number | string;
  readonly reply: Reply;
  /** Infinity once the sentence is complete. */
  readonly nextChunkIndex: number;
  /** What its next audio continues. Absent before the first audio, and where a chunk is missing. */
  readonly stream?: { readonly id: string; readonly rest: Base64Rest } | undefined;
  readonly hasText: boolean;
}

/** What is known of the agent's speech. */
export interface Speech extends Replies {
  /** In order of their latest chunk. Of dead replies too, so that late chunks without a number are known for what they are. */
  readonly sentences: readonly FollowedSentence[];
  readonly streamCount: number;
  /** The reply of the last sentence that was taken. */
  readonly lastReply?: Reply;
  /** The reply that has words already: more of them need a space before. */
  readonly worded?: string | undefined;
  /** A new object with every chunk: the time starts again. */
  readonly wait?: PendingWait | undefined;
}

/** The next state, and what to tell; nothing to send. */
export interface SpeechStep<Known extends Speech> {
  readonly state: Known;
  readonly send: readonly never[];
  readonly events: readonly SessionEvent[];
}

/** Changes the state and says events. */
export function say<Known extends Speech>(state: Known, ...events: readonly SessionEvent[]): SpeechStep<Known> {
  return { state, send: [], events };
}

/** Before the agent spoke. */
export const NO_SPEECH: Speech = { ...NO_REPLIES, sentences: [], streamCount: 0 };

/** What the wait for the rest of a sentence is called. */
export const AWAITED_CHUNK = 'sentence-chunk';

/** Any message may carry a number; a higher one ends the replies below it, whatever the message is about. */
export function noticeSeq<Known extends Speech>(
  speech: Known,
  seq: number | undefined,
  vendorReason?: string,
): SpeechStep<Known> {
  const { currentSeq, lastReply } = speech;
  if (seq === undefined || seq <= currentSeq) return say(speech);
  const next = withoutDeadStreams(raise(speech, seq));
  const isBarge = vendorReason !== undefined;
  if (!isBarge && (lastReply === undefined || isDead(speech, lastReply))) return say(next);
  return say(next, interruptedFor(vendorReason, `${seq}`));
}

/** The server says that the user interrupts. `seq` is the number of the reply that comes instead. */
export function acceptBarge<Known extends Speech>(
  speech: Known,
  seq: number | undefined,
  vendorReason: string,
): SpeechStep<Known> {
  if (seq !== undefined) return noticeSeq(speech, seq, vendorReason);
  return say(startNext(interruptSpeech(speech)), interruptedFor(vendorReason));
}

/** The user interrupts, and we are the first to know. Without a number, all that comes is dead until the user has spoken. */
export function interruptSpeech<Known extends Speech>(speech: Known): Known {
  return withoutDeadStreams(killHeard(speech));
}

/** A chunk of a sentence came. Its number has been noticed. */
export function acceptSentence<Known extends Speech>(
  speech: Known,
  step: Sentence,
  base64?: PlatformBase64,
): SpeechStep<Known> {
  const sentence = findSentence(speech, step) ?? {
    id: step.sentenceId,
    reply: replyOf(speech, readSeq(step.seq)),
    nextChunkIndex: 0,
    hasText: false,
  };
  const { chunkIndex, contentStep, audioBase64, isLastChunk } = step;
  const { reply, nextChunkIndex } = sentence;
  // Repeats are harmless: TCP keeps the order, so what is below the next index has been heard.
  if (isDead(speech, reply) || chunkIndex < nextChunkIndex) return say(speech);
  const events: SessionEvent[] = [];
  const generation = nameOfReply(reply);
  let { stream, hasText } = sentence;
  let { streamCount, worded } = speech;
  let heard = speech;
  if (chunkIndex > nextChunkIndex) {
    // MP3 frames lean on the ones before them, so audio after a gap is a stream of its own.
    events.push(malformed(`chunk ${nextChunkIndex}`, `chunk ${chunkIndex}`, ['chunkIndex']), ...endOf(sentence));
    stream = undefined;
  }
  if (contentStep && !hasText) {
    events.push({ type: 'agentText', text: (worded === generation ? ' ' : '') + contentStep, generation });
    hasText = true;
    worded = generation;
  }
  if (audioBase64) {
    const { id, rest } = stream ?? { id: `${++streamCount}`, rest: NO_REST };
    const decoded = decodePiece(rest, audioBase64, false, base64);
    events.push(...audioEvents(decoded, generation, id));
    stream = { id, rest: decoded.rest };
    heard = withHeard(speech, reply);
  }
  const next = { ...sentence, nextChunkIndex: isLastChunk ? Infinity : chunkIndex + 1, stream, hasText };
  if (isLastChunk) events.push(...endOf(next));
  const others = speech.sentences.filter((other) => other !== sentence);
  // There is room for so many; the one that was silent for longest has to go.
  events.push(...others.slice(0, 1 - LIMITS.maxFollowedSentenceCount).flatMap(endOf));
  const sentences = [...others, isLastChunk ? withoutStream(next) : next].slice(-LIMITS.maxFollowedSentenceCount);
  const wait = { awaited: AWAITED_CHUNK, limitMs: LIMITS.sentenceIdleMs };
  return say(awaiting({ ...heard, sentences, streamCount, lastReply: reply, worded, wait }), ...events);
}

/** The reply is complete in words. Its audio may go on, so no stream ends here. */
export function acceptFinalAnswer<Known extends Speech>(speech: Known, step: FinalAnswer): SpeechStep<Known> {
  const seq = readSeq(step.seq);
  const reply = (seq === undefined && speech.lastReply) || replyOf(speech, seq);
  const next = seq === undefined ? startNext(speech) : speech;
  if (isDead(speech, reply)) return say(next);
  const fullText = (step.fullResponse?.answers ?? []).flatMap(({ output }) => output ?? []).join('\n');
  const generation = nameOfReply(reply);
  return say(next, { type: 'turnCompleted', generation, ...(fullText && { fullText }) });
}

/** No chunk came for long enough: the open streams end here, and a chunk that comes all the same starts another. */
export function giveUpWaiting<Known extends Speech>(speech: Known, wait: PendingWait): SpeechStep<Known> {
  if (wait !== speech.wait) return say(speech);
  const { sentences } = speech;
  const next = { ...speech, sentences: sentences.map(withoutStream), wait: undefined };
  return say(next, ...sentences.flatMap(endOf), { type: 'waitExpired', ...wait });
}

/** The sentence that a chunk continues. Without a number of its own, a later chunk is known by its sentence alone. */
function findSentence(speech: Speech, step: Sentence): FollowedSentence | undefined {
  const seq = readSeq(step.seq);
  const ownReply = nameOfReply(replyOf(speech, seq));
  const matching = speech.sentences.filter(
    ({ id, reply }) =>
      id === step.sentenceId && (nameOfReply(reply) === ownReply || (seq === undefined && step.chunkIndex > 0)),
  );
  return matching.at(-1);
}

function withoutStream(sentence: FollowedSentence): FollowedSentence {
  return { ...sentence, stream: undefined };
}

// Nobody needs to hear that a dead stream has ended: `interrupted` said so, or it was our own interruption.
function withoutDeadStreams<Known extends Speech>(speech: Known): Known {
  const sentences = speech.sentences.map((each) => (isDead(speech, each.reply) ? withoutStream(each) : each));
  return awaiting({ ...speech, sentences });
}

function interruptedFor(vendorReason?: string, nextGeneration?: string): SessionEvent {
  return { type: 'interrupted', ...(nextGeneration && { nextGeneration }), ...(vendorReason && { vendorReason }) };
}

/** Without an open stream nothing is awaited. */
function awaiting<Known extends Speech>(speech: Known): Known {
  return speech.sentences.some(({ stream }) => stream) ? speech : { ...speech, wait: undefined };
}

/** The end of a sentence's stream, and the audio that padding might have held back. */
function endOf({ stream, reply }: FollowedSentence): readonly SessionEvent[] {
  if (!stream) return [];
  const generation = nameOfReply(reply);
  const last = audioEvents(decodePiece(stream.rest, '', true), generation, stream.id);
  return [...last, { type: 'agentAudioEnded', generation, streamId: stream.id }];
}

function audioEvents(
  { bytes, droppedCharCount }: DecodedBase64,
  generation: string,
  streamId: string,
): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  if (bytes.length > 0) events.push({ type: 'agentAudio', bytes, format: DOWNLINK_AUDIO, generation, streamId });
  if (droppedCharCount > 0) {
    events.push(malformed('base64', `${droppedCharCount} other characters`, ['audioBase64']));
  }
  return events;
}
