// This file cuts a line of agent speech into the pieces that a reply is streamed in.
import type { Alignment } from '@voicewire/protocol/amigo-notes';
import type { CharacterTime } from '../speech/alignment.ts';

/** One piece of a message. */
export interface ReplyPiece {
  readonly text: string;
  readonly audio: Uint8Array;
  /** Its share of the line, in ms. */
  readonly durationMs: number;
  /** Times count from the start of the message. */
  readonly alignment: Alignment;
}

/** A line, ready to be cut. */
export interface EncodedLine {
  readonly audio: Uint8Array;
  /** Length of the line's audio, with the pause before it, in ms. */
  readonly lengthMs: number;
  /** From the start of `audio`, in ms. */
  readonly characters: readonly CharacterTime[];
}

/** How a line is cut. */
export interface CutOptions {
  /** Audio per piece, in ms. */
  readonly pieceMs: number;
  /** Bytes per piece instead, also within samples. */
  readonly pieceBytes?: number | undefined;
  /** What came before in the same message, in ms. */
  readonly startMs: number;
}

/** Cuts it; all pieces together are the line, byte by byte and character by character. */
export function cutLine({ audio, lengthMs, characters }: EncodedLine, options: CutOptions): readonly ReplyPiece[] {
  const { pieceMs, pieceBytes, startMs } = options;
  const count = Math.max(1, Math.ceil(pieceBytes === undefined ? lengthMs / pieceMs : audio.length / pieceBytes));
  const pieces: ReplyPiece[] = [];
  let nextCharacter = 0;
  for (let index = 0; index < count; index++) {
    const from = pieceBytes === undefined ? wholeSamples((audio.length * index) / count) : pieceBytes * index;
    const to = pieceBytes === undefined ? wholeSamples((audio.length * (index + 1)) / count) : from + pieceBytes;
    const isLast = index === count - 1;
    const untilMs = (lengthMs * (index + 1)) / count;
    const alignment: Alignment = [];
    for (let next = characters[nextCharacter]; next !== undefined; next = characters[nextCharacter]) {
      if (next[0] >= untilMs && !isLast) break;
      alignment.push([Math.round(startMs + next[0]), next[1]]);
      nextCharacter += 1;
    }
    const text = alignment.map(([, character]) => character).join('');
    pieces.push({
      text,
      audio: audio.subarray(from, isLast ? audio.length : to),
      durationMs: lengthMs / count,
      alignment,
    });
  }
  return pieces;
}

/** Of 16 bits; harmless for MP3. */
function wholeSamples(position: number): number {
  return Math.round(position) & ~1;
}
