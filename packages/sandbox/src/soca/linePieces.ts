// This file cuts a spoken line into its sentences, since every sentence is an MP3 stream of its own on the wire.
import { SENTENCE_PAUSE_SAMPLES } from '../speech/voice.ts';

/** A piece of speech and its words. */
export interface SpokenPiece {
  readonly text: string;
  /** 16 kHz. */
  readonly pcm: Int16Array;
}

/**
 * Cuts at the pauses that the voice puts between sentences. A line whose pauses do not match its sentences stays whole: audio
 * of somebody else's making has none, or others.
 *
 * @returns At least one piece; together they are the line, and each but the last ends with its pause.
 */
export function cutIntoSentences(line: SpokenPiece): readonly SpokenPiece[] {
  const texts = line.text.split(/(?<=[.!?])\s+/u);
  const cuts = findPauseEnds(line.pcm);
  if (texts.length < 2 || cuts.length !== texts.length - 1) return [line];
  return texts.map((text, i) => ({ text, pcm: line.pcm.subarray(cuts[i - 1] ?? 0, cuts[i]) }));
}

/** Cuts a sentence in two, for messages that come in turn. */
export function halve({ text, pcm }: SpokenPiece): readonly SpokenPiece[] {
  const words = text.split(' ');
  const middle = words.length >> 1;
  return [
    { text: words.slice(0, middle).join(' '), pcm: pcm.subarray(0, pcm.length >> 1) },
    { text: words.slice(middle).join(' '), pcm: pcm.subarray(pcm.length >> 1) },
  ];
}

/** Where a stretch of zeros ends that is as long as a pause, and speech follows. */
function findPauseEnds(pcm: Int16Array): readonly number[] {
  const ends: number[] = [];
  let zeros = 0;
  for (let i = 0; i < pcm.length; i++) {
    if (pcm[i] === 0) {
      zeros += 1;
      continue;
    }
    if (zeros >= SENTENCE_PAUSE_SAMPLES && zeros < i) ends.push(i);
    zeros = 0;
  }
  return ends;
}
