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
  readonly streamId?: string;
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
  readonly worded?: string;
  /** A new object with every chunk: the time starts again. */
  readonly wait?: PendingWait;
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
  const known = findSentence(speech, step);
  const sentence = known ?? newSentence(replyOf(speech.replies, readSeq(step.seq)), step);
  // Repeats are harmless: TCP keeps the order, so what is below the next index has been heard.
  const isRepeat = sentence.isComplete || step.chunkIndex < sentence.nextChunkIndex;
  if (isDead(speech.replies, sentence.reply) || isRepeat) return { speech, events: [] };
  const scribe = new Scribe(speech, sentence);
  if (step.chunkIndex !== sentence.nextChunkIndex) scribe.skipTo(step.chunkIndex);
  if (step.contentStep) scribe.addText(step.contentStep);
  if (step.audioBase64) scribe.addAudio(step.audioBase64);
  if (step.isLastChunk) scribe.complete();
  return scribe.finish(step.chunkIndex);
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
  const ended = speech.sentences.flatMap(({ streamId, reply }) => (streamId === undefined ? [] : end(streamId, reply)));
  const { wait: _expired, ...rest } = speech;
  return {
    speech: { ...rest, sentences: speech.sentences.map(withoutStream) },
    events: [...ended, { type: 'waitExpired', ...wait }],
  };
}

/** Writes down what one chunk changes. */
class Scribe {
  #speech: Speech;
  #sentence: FollowedSentence;
  readonly #events: SpeechEvent[] = [];

  constructor(speech: Speech, sentence: FollowedSentence) {
    this.#speech = { ...speech, lastReply: sentence.reply };
    this.#sentence = sentence;
  }

  /** MP3 frames lean on the ones before them, so audio after a gap is a stream of its own. */
  skipTo(chunkIndex: number): void {
    const { issues } = failWith(`chunk ${this.#sentence.nextChunkIndex}`, `chunk ${chunkIndex}`, ['chunkIndex']);
    this.#events.push({ type: 'malformedMessage', issues });
    this.#endStream();
  }

  addText(text: string): void {
    if (this.#sentence.hasText) return;
    const generation = nameOfReply(this.#sentence.reply);
    const isFirst = this.#speech.worded !== generation;
    this.#events.push({ type: 'agentText', text: isFirst ? text : ` ${text}`, generation });
    this.#sentence = { ...this.#sentence, hasText: true };
    this.#speech = { ...this.#speech, worded: generation };
  }

  addAudio(base64: string): void {
    const { reply } = this.#sentence;
    let { streamId } = this.#sentence;
    if (streamId === undefined) {
      const streamCount = this.#speech.streamCount + 1;
      streamId = String(streamCount);
      this.#speech = { ...this.#speech, streamCount };
      this.#sentence = { ...this.#sentence, streamId };
    }
    this.#events.push({ type: 'encodedAudio', base64, generation: nameOfReply(reply), streamId });
    this.#speech = { ...this.#speech, replies: withHeard(this.#speech.replies, reply) };
  }

  complete(): void {
    this.#endStream();
    this.#sentence = { ...this.#sentence, isComplete: true };
  }

  finish(chunkIndex: number): SpeechStep {
    const sentence = { ...this.#sentence, nextChunkIndex: chunkIndex + 1 };
    const others = this.#speech.sentences.filter((other) => !isSame(other, sentence));
    const isNew = others.length === this.#speech.sentences.length;
    const sentences = isNew
      ? [...this.#makeRoom(others), sentence]
      : this.#speech.sentences.map((other) => (isSame(other, sentence) ? sentence : other));
    const { wait: _last, ...rest } = this.#speech;
    const isOpen = sentences.some(({ streamId }) => streamId !== undefined);
    const wait = { awaited: AWAITED_CHUNK, limitMs: LIMITS.sentenceIdleMs };
    return { speech: { ...rest, sentences, ...(isOpen ? { wait } : {}) }, events: this.#events };
  }

  #makeRoom(sentences: readonly FollowedSentence[]): readonly FollowedSentence[] {
    if (sentences.length < LIMITS.maxFollowedSentenceCount) return sentences;
    const [oldest, ...rest] = sentences;
    if (oldest?.streamId !== undefined) this.#events.push(...end(oldest.streamId, oldest.reply));
    return rest;
  }

  #endStream(): void {
    const { streamId, reply } = this.#sentence;
    if (streamId === undefined) return;
    this.#events.push(...end(streamId, reply));
    this.#sentence = withoutStream(this.#sentence);
  }
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

function isSame(one: FollowedSentence, other: FollowedSentence): boolean {
  return one.id === other.id && nameOfReply(one.reply) === nameOfReply(other.reply);
}

function withoutStream({ streamId: _ended, ...sentence }: FollowedSentence): FollowedSentence {
  return sentence;
}

// Nobody needs to hear that a dead stream has ended: `interrupted` said so, or it was our own interruption.
function withoutDeadStreams({ wait, ...speech }: Speech): Speech {
  const sentences = speech.sentences.map((sentence) =>
    isDead(speech.replies, sentence.reply) ? withoutStream(sentence) : sentence,
  );
  const isOpen = sentences.some(({ streamId }) => streamId !== undefined);
  return { ...speech, sentences, ...(isOpen && wait ? { wait } : {}) };
}

function end(streamId: string, reply: Reply): readonly [SessionEvent] {
  return [{ type: 'agentAudioEnded', generation: nameOfReply(reply), streamId }];
}
