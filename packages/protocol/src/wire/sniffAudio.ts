// This file tells from its first bytes what kind of audio a stream is, where the vendor does not say.

/** A WAV file, MPEG audio layer III, or neither: then samples without a header. */
export type SniffedAudio = 'wav' | 'mp3' | 'raw';

const RIFF_TAG = [0x52, 0x49, 0x46, 0x46];
const WAVE_TAG = [0x57, 0x41, 0x56, 0x45];
const ID3_TAG = [0x49, 0x44, 0x33];
const WAVE_OFFSET_BYTES = 8;
const ID3_HEADER_BYTES = 10;

/** ISO/IEC 11172-3 and 13818-3, layer III: kbit/s by index, of MPEG-1 and of MPEG-2 and 2.5. 0 is free format. */
const BITRATES_KBIT_PER_S = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
/** Hz by version bits: MPEG-2.5, reserved, MPEG-2, MPEG-1. */
const SAMPLE_RATES = [[11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]] as const;
const MPEG_1 = 3;
const LAYER_3 = 1;
const FRAME_HEADER_BYTES = 4;

/**
 * Tells what `bytes`, the start of a stream, are. An MP3 frame counts only with another one behind it, since quiet PCM
 * samples can look like one.
 *
 * @param isEnd True when no more bytes will come; then there is always an answer.
 * @returns `undefined` while more bytes are needed: at most 1445, a frame of the longest kind and a header.
 */
export function sniffAudio(bytes: Uint8Array, isEnd: boolean): SniffedAudio | undefined {
  const sniffed = [sniffWav, sniffId3, sniffFrame].map((sniff) => sniff(bytes));
  const found = sniffed.find((result) => result === 'wav' || result === 'mp3');
  if (found !== undefined) return found;
  if (isEnd) return bytes.length >= FRAME_HEADER_BYTES && sniffed[2] === 'incomplete' ? 'mp3' : 'raw';
  return sniffed.includes('incomplete') ? undefined : 'raw';
}

type Guess = SniffedAudio | 'incomplete';

function sniffWav(bytes: Uint8Array): Guess {
  if (!startsWith(bytes, RIFF_TAG, 0) || !startsWith(bytes, WAVE_TAG, WAVE_OFFSET_BYTES)) return 'raw';
  return bytes.length >= WAVE_OFFSET_BYTES + WAVE_TAG.length ? 'wav' : 'incomplete';
}

function sniffId3(bytes: Uint8Array): Guess {
  if (!startsWith(bytes, ID3_TAG, 0)) return 'raw';
  if (bytes.length < ID3_HEADER_BYTES) return 'incomplete';
  // Versions and sizes of ID3v2 never have these bits.
  const isTag =
    byteAt(bytes, 3) < 0xff && byteAt(bytes, 4) < 0xff && [6, 7, 8, 9].every((at) => byteAt(bytes, at) < 0x80);
  return isTag ? 'mp3' : 'raw';
}

function sniffFrame(bytes: Uint8Array): Guess {
  if (bytes.length === 0) return 'incomplete';
  if (byteAt(bytes, 0) !== 0xff) return 'raw';
  if (bytes.length < FRAME_HEADER_BYTES) return 'incomplete';
  const frameBytes = frameLengthOf(bytes, 0);
  if (frameBytes === undefined) return 'raw';
  if (bytes.length < frameBytes + FRAME_HEADER_BYTES) return 'incomplete';
  return frameLengthOf(bytes, frameBytes) === undefined ? 'raw' : 'mp3';
}

/** Bytes from this frame's header to the next one; undefined where there is no header of layer III. */
function frameLengthOf(bytes: Uint8Array, at: number): number | undefined {
  const second = byteAt(bytes, at + 1);
  const third = byteAt(bytes, at + 2);
  const version = (second >> 3) & 3;
  const hasSync = byteAt(bytes, at) === 0xff && second >= 0xe0 && ((second >> 1) & 3) === LAYER_3;
  const bitrate = BITRATES_KBIT_PER_S[version === MPEG_1 ? 0 : 1][third >> 4];
  const sampleRate = SAMPLE_RATES[version]?.[(third >> 2) & 3];
  // The length of a free-format frame is not in its header.
  if (!hasSync || !bitrate || sampleRate === undefined) return undefined;
  const samplesPerFrame = version === MPEG_1 ? 1152 : 576;
  return Math.floor((samplesPerFrame / 8) * ((bitrate * 1000) / sampleRate)) + ((third >> 1) & 1);
}

/** True when `tag` is at `at`, as far as there are bytes. */
function startsWith(bytes: Uint8Array, tag: readonly number[], at: number): boolean {
  return tag.every((byte, index) => at + index >= bytes.length || bytes[at + index] === byte);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
