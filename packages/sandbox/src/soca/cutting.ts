// This file cuts the base64 text of a sentence's audio into chunks, in every way that a server might.
import { encodeBase64 } from '@voicewire/protocol/wire';
import type { Random } from '../random.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import { findMp3Frames } from '../speech/mp3Frames.ts';
import type { CutName, SocaFaultName } from './faults.ts';
import { CUT_NAMES } from './faults.ts';

/** A multiple of 3: the texts of such chunks can be joined and decoded at once, as the vendor's sample does. 255 ms. */
const DEFAULT_CHUNK_BYTES = 1020;
/** Smaller ones are what `one-byte` is for: of these there is no end before the sentence's. */
const MIN_CHUNK_BYTES = 16;
/** Chunks of one character or byte, before longer ones follow: a sentence of 5 s has 27,000 characters. */
const MAX_TINY_CHUNKS = 2000;
const FRAMES_PER_CHUNK = 10;
/** Longest of the chunks that are cut anywhere, in characters. */
const MAX_SLICE_CHARS = 1400;
/** Size of the pieces that are joined again, in bytes: 1 mod 3, so that each is padded. */
const MIXED_PIECE_BYTES = 700;
const LINE_CHARS = 76;
const DATA_URL = 'data:audio/mp3;base64,';

/** A way to cut. `sizeBytes` is the setting of that name. */
interface Cut {
  /** True where chunks are pieces of one text; else each chunk is an encoding of its own. */
  readonly isSliced: boolean;
  cut(mp3: Uint8Array, sizeBytes: number, random: Random): readonly string[];
}

const CUTS: { readonly [Name in CutName]: Cut } = {
  'one-chunk': encodings((mp3) => [mp3]),
  'padded-chunks': encodings(splitEvery),
  'unpadded-chunks': {
    isSliced: false,
    cut: (mp3, sizeBytes) => splitEvery(mp3, sizeBytes).map((bytes) => toBase64(bytes).replace(/=+$/, '')),
  },
  'one-byte': encodings((mp3) => [
    ...splitEvery(mp3.subarray(0, MAX_TINY_CHUNKS), 1),
    ...splitEvery(mp3.subarray(MAX_TINY_CHUNKS), DEFAULT_CHUNK_BYTES),
  ]),
  'chunks-on-frames': encodings((mp3) => splitAtFrames(mp3, 0)),
  'chunks-mid-frame': encodings((mp3) => splitAtFrames(mp3, 52)),
  'chunks-mid-header': encodings((mp3) => splitAtFrames(mp3, 2)),
  'slices-of-4': {
    isSliced: true,
    cut: (mp3, sizeBytes) => slice(toBase64(mp3), () => Math.max(4, sizeBytes - (sizeBytes % 4))),
  },
  'slices-anywhere': { isSliced: true, cut: (mp3, _sizeBytes, random) => sliceAnywhere(toBase64(mp3), random) },
  'one-character': {
    isSliced: true,
    cut: (mp3) => slice(toBase64(mp3), (index) => (index < MAX_TINY_CHUNKS ? 1 : MAX_SLICE_CHARS - 1)),
  },
  'padded-and-sliced': {
    isSliced: true,
    cut: (mp3, _sizeBytes, random) => sliceAnywhere(splitEvery(mp3, MIXED_PIECE_BYTES).map(toBase64).join(''), random),
  },
};

/**
 * Cuts one sentence.
 *
 * @param mp3 A stream from its first byte to its last.
 * @param random Chooses where, for the ways that cut anywhere.
 * @returns The texts of its chunks in order; none is empty.
 */
export function cutAudio(mp3: Uint8Array, faults: FaultPlan<SocaFaultName>, random: Random): readonly string[] {
  const name = CUT_NAMES.find((known) => faults.has(known)) ?? 'padded-chunks';
  const sizeBytes = Math.max(MIN_CHUNK_BYTES, faults.find(name)?.sizeBytes ?? DEFAULT_CHUNK_BYTES);
  const way = CUTS[name];
  let texts = way.cut(mp3, sizeBytes, random).filter((text) => text !== '');
  if (faults.has('line-breaks')) texts = texts.map(breakLines);
  if (!faults.has('data-url')) return texts;
  // Before every encoding of its own; before the first slice of one that is cut.
  return texts.map((text, i) => (i === 0 || !way.isSliced ? DATA_URL + text : text));
}

function encodings(split: (mp3: Uint8Array, sizeBytes: number) => readonly Uint8Array[]): Cut {
  return { isSliced: false, cut: (mp3, sizeBytes) => split(mp3, sizeBytes).map(toBase64) };
}

function toBase64(bytes: Uint8Array): string {
  return encodeBase64(bytes);
}

function splitEvery(bytes: Uint8Array, sizeBytes: number): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / sizeBytes);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * sizeBytes, (i + 1) * sizeBytes));
}

/** Cuts every tenth frame, so many bytes after its start. */
function splitAtFrames(mp3: Uint8Array, offsetBytes: number): readonly Uint8Array[] {
  const starts = findMp3Frames(mp3).filter((_, i) => i > 0 && i % FRAMES_PER_CHUNK === 0);
  const ends = [...starts.map((start) => start + offsetBytes), mp3.length];
  return ends.map((end, i) => mp3.subarray(ends[i - 1] ?? 0, end));
}

function sliceAnywhere(text: string, random: Random): readonly string[] {
  return slice(text, () => 1 + Math.floor(random() * MAX_SLICE_CHARS));
}

function slice(text: string, nextLength: (index: number) => number): readonly string[] {
  const slices: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = nextLength(slices.length);
    slices.push(text.slice(at, at + length));
    at += length;
  }
  return slices;
}

function breakLines(text: string): string {
  return (text.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? []).join('\r\n');
}
