// This file walks through a stream of MP3 that arrives in pieces, from frame header to frame header, without decoding it.
import { BIT_RATES_KBPS, SAMPLE_RATES } from '../speech/mp3Frames.ts';

const WANTED_SAMPLE_RATE = 44_100;
/** Samples of one frame of MPEG-1 layer III. */
const FRAME_SAMPLES = 1152;
const FRAME_HEADER_BYTES = 4;
const ID3_HEADER_BYTES = 10;
const MPEG_1 = 3;
const LAYER_III = 1;

/** What is wrong with a stream, for records. */
export type Mp3Fault = string;

/** One stream of MP3. Keeps at most one header. */
export class UplinkMp3 {
  /** Bytes of a header that is not complete yet. */
  #header: number[] = [];
  /** Bytes of the current frame or tag that are still to come. */
  #skipBytes = 0;
  #frameCount = 0;

  /** Length of the frames that have begun, in ms. */
  get durationMs(): number {
    return (this.#frameCount * FRAME_SAMPLES * 1000) / WANTED_SAMPLE_RATE;
  }

  /** True in the middle of a frame or of a header. */
  get isInFrame(): boolean {
    return this.#skipBytes > 0 || this.#header.length > 0;
  }

  /** Takes the next bytes. @returns The first thing that is wrong with them, if any; the stream is of no use then. */
  push(bytes: Uint8Array): Mp3Fault | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#skipBytes > 0) {
        const count = Math.min(this.#skipBytes, bytes.length - at);
        this.#skipBytes -= count;
        at += count;
        continue;
      }
      this.#header.push(bytes[at] ?? 0);
      at += 1;
      const fault = this.#readHeader();
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #readHeader(): Mp3Fault | undefined {
    const [first = 0, second = 0, third = 0] = this.#header;
    // A tag may come first only: 'ID3', its version, flags, and its length in four times 7 bits.
    const mayBeTag = this.#frameCount === 0 && first === 0x49;
    if (mayBeTag && this.#header.length < ID3_HEADER_BYTES) return undefined;
    if (mayBeTag && second === 0x44 && third === 0x33) {
      const lengthBytes = this.#header.slice(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
      return this.#skip(lengthBytes);
    }
    if (this.#header.length < FRAME_HEADER_BYTES) return undefined;
    return this.#readFrameHeader(first, second, third);
  }

  #readFrameHeader(first: number, second: number, third: number): Mp3Fault | undefined {
    if (first !== 0xff || (second & 0xe0) !== 0xe0) return 'no frame header where a frame should begin';
    const version = (second >> 3) & 3;
    const layer = (second >> 1) & 3;
    if (version !== MPEG_1 || layer !== LAYER_III) return 'a frame that is not MPEG-1 layer III';
    const bitRateKbps = BIT_RATES_KBPS.mpeg1[third >> 4] ?? 0;
    if (bitRateKbps === 0) return 'a frame without a bit rate';
    const sampleRate = SAMPLE_RATES.mpeg1[(third >> 2) & 3];
    if (sampleRate !== WANTED_SAMPLE_RATE)
      return `a frame of ${sampleRate ?? 'unknown'} Hz, wanted ${WANTED_SAMPLE_RATE}`;
    const padding = (third >> 1) & 1;
    this.#frameCount += 1;
    const lengthBytes = Math.floor((144_000 * bitRateKbps) / sampleRate) + padding;
    return this.#skip(lengthBytes - FRAME_HEADER_BYTES);
  }

  #skip(lengthBytes: number): undefined {
    this.#header = [];
    this.#skipBytes = lengthBytes;
  }
}
