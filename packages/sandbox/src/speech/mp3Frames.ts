// This file knows the outside of an MP3 stream: where its frames begin, and what may stand around them that is no audio.

const HEADER_BYTES = 4;
const ID3_HEADER_BYTES = 10;
/** kbit/s by code, layer III (ISO/IEC 11172-3 and 13818-3); code 0 is "free" and 15 forbidden, neither is used. */
export const BIT_RATES_KBPS = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
/** Hz by code. */
export const SAMPLE_RATES = { mpeg1: [44_100, 48_000, 32_000], mpeg2: [22_050, 24_000, 16_000] } as const;
/** Bit rate code of the Info frame that common encoders put before MPEG-2 audio of any bit rate: 56 kbit/s. */
const INFO_BIT_RATE_CODE = 7;

/** What the first four bytes of a frame say. */
interface FrameHeader {
  readonly version: 'mpeg1' | 'mpeg2';
  readonly isMono: boolean;
  readonly lengthBytes: number;
}

/** Positions of all frames, from the first byte on or from the end of an ID3v2 tag. Stops where none follows. */
export function findMp3Frames(bytes: Uint8Array): readonly number[] {
  const starts: number[] = [];
  for (let at = id3LengthOf(bytes); at + HEADER_BYTES <= bytes.length;) {
    const header = readHeader(bytes, at);
    if (header === undefined) break;
    starts.push(at);
    at += header.lengthBytes;
  }
  return starts;
}

/** Length of the ID3v2 tag that the stream begins with, as the tag says; 0 without one. */
export function id3LengthOf(bytes: Uint8Array): number {
  if (!asciiOf('ID3').every((byte, i) => bytes[i] === byte)) return 0;
  // Four times 7 bits.
  const bodyBytes = bytes.subarray(6, ID3_HEADER_BYTES).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  return ID3_HEADER_BYTES + bodyBytes;
}

function readHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  const [sync = 0, kind = 0, rates = 0, mode = 0] = bytes.subarray(at, at + HEADER_BYTES);
  // Eleven ones, then version and layer III; MPEG 2.5 and the other layers are nothing that we make.
  if (sync !== 0xff || (kind & 0xf6) !== 0xf2) return undefined;
  const version = (kind & 0x08) === 0 ? 'mpeg2' : 'mpeg1';
  const kbps = BIT_RATES_KBPS[version][rates >> 4];
  const sampleRate = SAMPLE_RATES[version][(rates >> 2) & 3];
  if (kbps === undefined || kbps === 0 || sampleRate === undefined) return undefined;
  const bytesPerUnit = version === 'mpeg1' ? 144_000 : 72_000;
  const padding = (rates >> 1) & 1;
  return {
    version,
    isMono: mode >> 6 === 3,
    lengthBytes: Math.floor((bytesPerUnit * kbps) / sampleRate) + padding,
  };
}

/** An ID3v2 tag of 45 bytes with one text frame, as ffmpeg writes before audio. */
export function createId3Tag(): Uint8Array {
  const text = 'voicewire sandbox'.padEnd(24, '\0');
  const frame = [...asciiOf('TSSE'), 0, 0, 0, text.length + 1, 0, 0, 3, ...asciiOf(text)];
  return Uint8Array.from([...asciiOf('ID3'), 4, 0, 0, 0, 0, 0, frame.length, ...frame]);
}

/**
 * A frame that says "Info" in place of audio, as encoders write before constant bit rate; of another bit rate than the audio,
 * as they do. It claims no delay and no padding, so decoders that know it skip it and cut nothing off.
 *
 * @param bytes The stream that it is for.
 */
export function createInfoFrame(bytes: Uint8Array): Uint8Array {
  const head = bytes.slice(0, HEADER_BYTES);
  head[2] = (INFO_BIT_RATE_CODE << 4) | ((head[2] ?? 0) & 0x0c);
  const header = readHeader(head, 0);
  if (header === undefined) return new Uint8Array(0);
  const frame = new Uint8Array(header.lengthBytes);
  frame.set(head);
  frame.set(asciiOf('Info'), HEADER_BYTES + sideBytesOf(header));
  return frame;
}

/** Length of a frame's side information. */
function sideBytesOf({ version, isMono }: FrameHeader): number {
  if (version === 'mpeg2') return isMono ? 9 : 17;
  return isMono ? 17 : 32;
}

/** The stream with the inside of its middle frame overwritten; all headers stay. */
export function corruptMiddleFrame(bytes: Uint8Array): Uint8Array {
  const starts = findMp3Frames(bytes);
  const middle = starts.length >> 1;
  const from = (starts[middle] ?? 0) + HEADER_BYTES;
  const corrupt = bytes.slice();
  corrupt.fill(0x55, from, starts[middle + 1] ?? bytes.length);
  return corrupt;
}

function asciiOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
