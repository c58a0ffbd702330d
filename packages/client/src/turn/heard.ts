// This file knows what the user really heard of a reply: its words, as far as their sound was played.
import type { TextTiming } from '@voicewire/protocol';

/** Replies that are remembered; the player rarely holds more than two. */
const MAX_REPLIES = 8;
/** Text that is remembered of one reply, in UTF-16 code units. */
const MAX_REPLY_TEXT_LENGTH = 100_000;
/**
 * Characters that are spoken per second: 150 English words of five letters and a space. For sound that is still on its way
 * and whose length is therefore not known.
 */
const CHARS_PER_SECOND = 15;

/** What was heard of one reply. */
export interface HeardReply {
  /** The reply's name, where the vendor names replies. */
  readonly generation?: string;
  /** The words that were heard to their end. */
  readonly heardText: string;
}

/** A piece of a reply whose sound is decoded by itself, and the words in it. */
interface Part {
  readonly streamId: string;
  text: string;
  /** When each stretch of the text begins, from the start of the part's sound; empty where the vendor does not tell. */
  readonly timings: TextTiming[];
  /** Where its sound lies on the player's line, as [first, end). */
  readonly spans: { from: number; to: number }[];
  /** Samples that were decoded, heard or not. */
  sampleCount: number;
  hasEnded: boolean;
}

interface Reply {
  readonly generation: string | undefined;
  /** Words that came ahead of their sound. */
  waitingText: string;
  waitingTimings: TextTiming[];
  readonly parts: Part[];
  textLength: number;
}

/** Joins words to sound by order of arrival: what is said belongs to the sound that comes next, or is coming. */
export class Heard {
  private readonly replies = new Map<string, Reply>();

  /** @param sampleRate Of the player's line, Hz. */
  constructor(private readonly sampleRate: number) {}

  /** Words arrived. */
  addText(generation: string | undefined, text: string, alignment: readonly TextTiming[] = []): void {
    const reply = this.replyOf(generation);
    if (reply.textLength + text.length > MAX_REPLY_TEXT_LENGTH) return;
    reply.textLength += text.length;
    const part = reply.parts.at(-1);
    if (part === undefined || part.hasEnded || isTimed(part) !== alignment.length > 0) {
      reply.waitingText += text;
      reply.waitingTimings.push(...alignment);
      return;
    }
    part.text += text;
    part.timings.push(...alignment);
  }

  /** Sound arrived; it may be decoded later. */
  expectAudio(generation: string | undefined, streamId: string | undefined): void {
    const reply = this.replyOf(generation);
    const key = streamId ?? '';
    let part = reply.parts.find((each) => each.streamId === key);
    if (part === undefined) {
      part = { streamId: key, text: '', timings: [], spans: [], sampleCount: 0, hasEnded: false };
      reply.parts.push(part);
    }
    part.text += reply.waitingText;
    part.timings.push(...reply.waitingTimings);
    reply.waitingText = '';
    reply.waitingTimings = [];
  }

  /** Sound goes to the player. @param startSample Its first sample on the player's line. */
  addAudio(
    generation: string | undefined,
    streamId: string | undefined,
    startSample: number,
    sampleCount: number,
  ): void {
    const part = this.partOf(generation, streamId);
    if (part === undefined) return;
    part.sampleCount += sampleCount;
    const last = part.spans.at(-1);
    if (last?.to === startSample) last.to += sampleCount;
    else part.spans.push({ from: startSample, to: startSample + sampleCount });
  }

  /** No more sound comes for this part of the reply. */
  endAudio(generation: string | undefined, streamId: string | undefined): void {
    const part = this.partOf(generation, streamId);
    if (part !== undefined) part.hasEnded = true;
  }

  /**
   * Sound was thrown away: everything of `[from, to)` on the player's line.
   * @returns What was heard of the reply that this cut off, or that was heard last; undefined where no words are known.
   */
  cut(from: number, to: number): HeardReply | undefined {
    let found: Reply | undefined;
    for (const reply of this.replies.values()) {
      if (reply.textLength > 0 && reply.parts.some(({ spans }) => spans.some((span) => span.from < from)))
        found = reply;
    }
    for (const { parts } of this.replies.values()) for (const part of parts) cutSpans(part, from, to);
    // Words of a reply of which nothing was heard yet are words that were not heard.
    found ??= [...this.replies.values()].find(({ textLength }) => textLength > 0);
    const heard = found && tell(found.generation, this.textOf(found));
    // Without names, what comes next is another reply.
    this.replies.delete('');
    return heard;
  }

  private replyOf(generation: string | undefined): Reply {
    const key = generation ?? '';
    const known = this.replies.get(key);
    if (known !== undefined) return known;
    const reply: Reply = { generation, waitingText: '', waitingTimings: [], parts: [], textLength: 0 };
    this.replies.set(key, reply);
    const [oldest] = this.replies.keys();
    if (this.replies.size > MAX_REPLIES && oldest !== undefined) this.replies.delete(oldest);
    return reply;
  }

  private partOf(generation: string | undefined, streamId: string | undefined): Part | undefined {
    const key = streamId ?? '';
    return this.replies.get(generation ?? '')?.parts.find((part) => part.streamId === key);
  }

  private textOf({ parts }: Reply): string {
    let heard = '';
    for (const [index, part] of parts.entries()) {
      const heardSamples = part.spans.reduce((sum, { from, to }) => sum + to - from, 0);
      const isComplete = part.hasEnded || index < parts.length - 1;
      if (isComplete && heardSamples >= part.sampleCount) {
        heard += part.text;
        continue;
      }
      const heardMs = (heardSamples / this.sampleRate) * 1000;
      const length = isTimed(part) ? timedLength(part, heardMs) : this.sharedLength(part, heardSamples, isComplete);
      return (heard + wholeWords(part.text, length)).trimEnd();
    }
    return heard.trimEnd();
  }

  /** Without times, words are taken to be spread evenly over their sound. */
  private sharedLength({ text, sampleCount }: Part, heardSamples: number, isComplete: boolean): number {
    const spokenSamples = (text.length / CHARS_PER_SECOND) * this.sampleRate;
    const totalSamples = isComplete ? sampleCount : Math.max(sampleCount, spokenSamples);
    return totalSamples === 0 ? 0 : Math.floor((heardSamples / totalSamples) * text.length);
  }
}

function tell(generation: string | undefined, heardText: string): HeardReply {
  return generation === undefined ? { heardText } : { generation, heardText };
}

function isTimed({ timings }: Part): boolean {
  return timings.length > 0;
}

/** Length of the text that was over by then: each piece ends where the next begins, the last after an average one's time. */
function timedLength({ timings }: Part, heardMs: number): number {
  const lastMs = timings.at(-1)?.atMs ?? 0;
  const endMs = timings.length > 1 ? lastMs + lastMs / (timings.length - 1) : Infinity;
  let length = 0;
  for (const [index, { text }] of timings.entries()) {
    if ((timings[index + 1]?.atMs ?? endMs) > heardMs) break;
    length += text.length;
  }
  return length;
}

/** The text up to `length`, without a word that ends later. Writing without spaces is cut between characters. */
function wholeWords(text: string, length: number): string {
  if (length >= text.length) return text;
  const isWordOver = /\s/.test(text.charAt(length));
  const head = text.slice(0, length);
  if (isWordOver || !/\s/.test(text.trim())) return isLowSurrogate(text.charCodeAt(length)) ? head.slice(0, -1) : head;
  return head.replace(/\S+$/, '');
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function cutSpans({ spans }: Part, from: number, to: number): void {
  for (const span of spans.splice(0)) {
    if (span.from < from) spans.push({ from: span.from, to: Math.min(span.to, from) });
    if (span.to > to) spans.push({ from: Math.max(span.from, to), to: span.to });
  }
}
