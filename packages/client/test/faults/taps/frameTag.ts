// This file writes a frame's number into the lowest bits of its samples, which nobody hears, and reads it from the wire.

const FRAME_SAMPLES = 320;
const NUMBER_BITS = 24;

/** @returns A copy that says which frame it is. */
export function tagFrame(pcm: Int16Array, frame: number): Int16Array {
  const tagged = pcm.slice();
  // Counted from 1, so that silence is no frame.
  for (let bit = 0; bit < NUMBER_BITS; bit++) tagged[bit] = ((tagged[bit] ?? 0) & ~1) | (((frame + 1) >> bit) & 1);
  return tagged;
}

/** The frames in a message of audio; null for one without a number: zeros. */
export function frameNumbers(bytes: Uint8Array): (number | null)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: (number | null)[] = [];
  for (let at = 0; at + FRAME_SAMPLES * 2 <= bytes.byteLength; at += FRAME_SAMPLES * 2) {
    let number = 0;
    for (let bit = 0; bit < NUMBER_BITS; bit++) number |= (view.getInt16(at + bit * 2, true) & 1) << bit;
    frames.push(number === 0 ? null : number - 1);
  }
  return frames;
}
