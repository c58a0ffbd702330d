// This file holds the speech an agent has queued and hands it out frame by frame, with a fade when it is cut short.
import type { Speech } from '../agents/agent.ts';
import type { Voice } from './voice.ts';
import { SENTENCE_PAUSE_SAMPLES } from './voice.ts';

/** One piece of speech, as it left or is leaving. */
export interface SpokenLine {
  readonly text: string;
  /** Length of the whole piece at 16 kHz. */
  readonly lengthSamples: number;
  /** How much of it left; less than `lengthSamples` when it was cut short. */
  readonly sentSamples: number;
}

/** What the queue reports. */
export interface SpeechQueueEvents {
  /** Audio can be read again: the queue was empty or waited for a synthesizer. */
  onReadable(): void;
  /** The samples of a piece, and of all before it, are known; once for each, in order, before `onLineStarted`. */
  onLineReady?(line: { readonly text: string; readonly pcm: Int16Array }): void;
  /** The first sample of a piece is about to leave. `pcm` is the whole piece at 16 kHz. */
  onLineStarted(line: { readonly text: string; readonly pcm: Int16Array }): void;
  /** A piece has left, whole or cut. */
  onLineEnded(line: SpokenLine): void;
}

interface Entry {
  readonly text: string;
  /** Nothing while a synthesizer works on it. */
  pcm: Int16Array | undefined;
  at: number;
  isAnnounced: boolean;
}

/** First in, first out; pieces are 220 ms apart. */
export class SpeechQueue {
  readonly #voice: Voice;
  readonly #events: SpeechQueueEvents;
  #entries: Entry[] = [];
  #pauseSamples = 0;

  constructor(voice: Voice, events: SpeechQueueEvents) {
    this.#voice = voice;
    this.#events = events;
  }

  /** True when nothing is left, not even something that is being synthesized. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  push(speech: Speech): void {
    const pcm = speech.pcm ?? this.#voice.render(speech.text);
    const known = pcm instanceof Int16Array ? pcm : undefined;
    const entry: Entry = { text: speech.text, pcm: known, at: 0, isAnnounced: false };
    this.#entries.push(entry);
    if (pcm instanceof Int16Array) {
      this.#announce();
      if (this.#entries[0] === entry) this.#events.onReadable();
      return;
    }
    // Voices never reject. A piece that was dropped meanwhile is not in the queue any more.
    void pcm.then((samples) => {
      entry.pcm = samples;
      this.#announce();
      if (this.#entries[0] === entry) this.#events.onReadable();
    });
  }

  /**
   * Fills one frame with the next speech and zeros the rest of it.
   *
   * @returns Samples of speech and pauses written; 0 when there is nothing to say now.
   */
  read(frame: Int16Array): number {
    let written = 0;
    while (written < frame.length) {
      const entry = this.#entries[0];
      if (entry?.pcm === undefined) break;
      if (this.#pauseSamples > 0) {
        const pause = Math.min(this.#pauseSamples, frame.length - written);
        frame.fill(0, written, written + pause);
        this.#pauseSamples -= pause;
        written += pause;
        continue;
      }
      if (entry.at === 0) this.#events.onLineStarted({ text: entry.text, pcm: entry.pcm });
      // Who hears of a line may cut it before it sounds.
      if (this.#entries[0] !== entry) continue;
      const count = Math.min(entry.pcm.length - entry.at, frame.length - written);
      frame.set(entry.pcm.subarray(entry.at, entry.at + count), written);
      entry.at += count;
      written += count;
      if (entry.at === entry.pcm.length) this.#shift(entry);
    }
    if (written < frame.length) frame.fill(0, written);
    return written;
  }

  /**
   * Drops everything. What was being said fades out within one last frame.
   *
   * @returns True when `frame` holds that fade and must still be sent.
   */
  cut(frame: Int16Array): boolean {
    const wasSounding = (this.#entries[0]?.at ?? 0) > 0;
    const faded = wasSounding ? this.read(frame) : 0;
    for (let i = 0; i < faded; i++) frame[i] = Math.round((frame[i] ?? 0) * (1 - (i + 1) / faded));
    const dropped = this.#entries;
    this.#entries = [];
    this.#pauseSamples = 0;
    for (const entry of dropped) if (entry.at > 0) this.#events.onLineEnded(describe(entry));
    return faded > 0;
  }

  #announce(): void {
    for (const entry of this.#entries) {
      if (entry.pcm === undefined) return;
      if (!entry.isAnnounced) this.#events.onLineReady?.({ text: entry.text, pcm: entry.pcm });
      entry.isAnnounced = true;
    }
  }

  #shift(entry: Entry): void {
    this.#entries.shift();
    this.#pauseSamples = this.#entries.length > 0 ? SENTENCE_PAUSE_SAMPLES : 0;
    this.#events.onLineEnded(describe(entry));
  }
}

function describe(entry: Entry): SpokenLine {
  return { text: entry.text, lengthSamples: entry.pcm?.length ?? 0, sentSamples: entry.at };
}
