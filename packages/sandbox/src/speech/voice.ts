// This file turns text into audio: from recorded clips where they cover the text, else from a synthesizer, else with a
// sentence that admits it.
import type { ClipEntry, ClipFile } from './clipFile.ts';
import type { Sentence } from './words.ts';
import { splitSentences } from './words.ts';

/** Speaks arbitrary text, e.g. with a program found on this machine. */
export interface Synthesizer {
  /** For records, e.g. `flite slt`. */
  readonly name: string;
  /**
   * Renders one text.
   *
   * @returns 16 kHz mono samples. Rejects when it cannot; the voice then falls back to its clips.
   */
  synthesize(text: string): Promise<Int16Array>;
}

/** What agents speak with. */
export interface Voice {
  /**
   * Renders a text at 16 kHz. Immediate when recorded clips cover every word, so that runs on a virtual clock stay
   * exact. Never rejects: what cannot be spoken becomes the sentence of `FALLBACK_TEXT`.
   */
  render(text: string): Int16Array | Promise<Int16Array>;
  /** True when recorded clips cover every word. */
  covers(text: string): boolean;
}

/** Said in place of text that can be spoken in no way. */
export const FALLBACK_TEXT = 'I have no recording of those words.';

/** Silence between two sentences of one text, in samples at 16 kHz (220 ms). */
export const SENTENCE_PAUSE_SAMPLES = 3520;
/** Silence between two clips of one sentence, in samples at 16 kHz (15 ms; the clips are trimmed tightly). */
const CLIP_PAUSE_SAMPLES = 240;
/** Clips fade in and out over this many samples (3 ms), so that a join never clicks. */
const FADE_SAMPLES = 48;
/** Longest stretch of decoded clips that is kept, in clips; the shipped file is smaller. */
const MAX_DECODED_CLIPS = 512;

/**
 * Creates a voice.
 *
 * @param clips Recorded clips at 16 kHz, if any.
 * @param synthesizer Used for texts that the clips do not cover.
 */
export function createVoice(clips: ClipFile | undefined, synthesizer?: Synthesizer): Voice {
  const entries = new Map((clips?.index.clips ?? []).map((clip) => [clip.text, clip] as const));
  const longestWords = Math.max(0, ...[...entries.keys()].map((text) => text.split(' ').length));
  const decoded = new Map<string, Int16Array>();

  const pcmOf = (entry: ClipEntry): Int16Array => {
    const known = decoded.get(entry.text);
    if (known !== undefined || clips === undefined) return known ?? new Int16Array(0);
    const pcm = fadeEdges(clips.decode(entry));
    if (decoded.size < MAX_DECODED_CLIPS) decoded.set(entry.text, pcm);
    return pcm;
  };

  const match = (text: string): readonly (readonly ClipEntry[])[] | undefined => {
    const sentences: (readonly ClipEntry[])[] = [];
    for (const words of splitSentences(text)) {
      const found = matchClips(words, entries, longestWords);
      if (found === undefined) return undefined;
      sentences.push(found);
    }
    return sentences.length === 0 ? undefined : sentences;
  };

  const fromClips = (text: string): Int16Array | undefined => {
    const spoken = match(text)?.map((found) => joinWithPause(found.map(pcmOf), CLIP_PAUSE_SAMPLES));
    return spoken === undefined ? undefined : joinWithPause(spoken, SENTENCE_PAUSE_SAMPLES);
  };

  const fallback = (): Int16Array => fromClips(FALLBACK_TEXT) ?? new Int16Array(0);

  return {
    covers: (text) => match(text) !== undefined,
    render(text) {
      const recorded = fromClips(text);
      if (recorded !== undefined) return recorded;
      if (synthesizer === undefined || splitSentences(text).length === 0) return fallback();
      // A synthesizer that fails is no reason to fail the session: the listener hears that the words are missing.
      return synthesizer.synthesize(text).catch(fallback);
    },
  };
}

/** Covers the words with the longest clips from left to right; nothing when a word has no clip. */
function matchClips(
  words: Sentence,
  entries: ReadonlyMap<string, ClipEntry>,
  longestWords: number,
): readonly ClipEntry[] | undefined {
  const found: ClipEntry[] = [];
  let at = 0;
  while (at < words.length) {
    let count = Math.min(longestWords, words.length - at);
    while (count > 0 && !entries.has(words.slice(at, at + count).join(' '))) count -= 1;
    const entry = entries.get(words.slice(at, at + count).join(' '));
    if (entry === undefined) return undefined;
    found.push(entry);
    at += count;
  }
  return found;
}

function joinWithPause(pieces: readonly Int16Array[], pauseSamples: number): Int16Array {
  const pauses = Math.max(0, pieces.length - 1) * pauseSamples;
  const joined = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, pauses));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length + pauseSamples;
  }
  return joined;
}

function fadeEdges(pcm: Int16Array): Int16Array {
  const length = Math.min(FADE_SAMPLES, pcm.length >> 1);
  for (let i = 0; i < length; i++) {
    const gain = (i + 1) / (length + 1);
    const last = pcm.length - 1 - i;
    pcm[i] = Math.round((pcm[i] ?? 0) * gain);
    pcm[last] = Math.round((pcm[last] ?? 0) * gain);
  }
  return pcm;
}
