// This file makes an mpg123 decoder new again in the instance that it has, which its own `reset` replaces by another.
import type { MPEGDecoder } from 'mpg123-decoder';

/** What mpg123-decoder 1.0.3 keeps inside, so far as it is needed here. */
interface Innards {
  /** Address of the decoder in the instance's memory. */
  _decoder: number;
  readonly _common: {
    readonly wasm: {
      /** Writes the address of a new decoder to `slotAddress`. @returns 0, or mpg123's error number. */
      mpeg_frame_decoder_create(slotAddress: number, isGapless: 0 | 1): number;
      mpeg_frame_decoder_destroy(address: number): void;
    };
  };
  /** One number in the instance's memory, written anew before it is read by every `decode`. */
  readonly _samplesDecodedPtr: { readonly ptr: number; readonly buf: Uint32Array };
}

/**
 * Deletes the decoder and makes another, not gapless, in the same instance: 2 µs. `reset()` makes a new instance with 16 MB
 * of memory, 1 ms and as much again, or ten times that in a busy process, for collecting the old one.
 *
 * @returns False when this version of the library looks different inside: nothing was done, and `reset()` has to do.
 * @throws {Error} With mpg123's number, when there is no memory for another decoder. This one is no longer usable.
 */
export function restartDecoder(decoder: MPEGDecoder): boolean {
  if (!hasInnards(decoder)) return false;
  const { _common, _samplesDecodedPtr: slot } = decoder;
  _common.wasm.mpeg_frame_decoder_destroy(decoder._decoder);
  const errorNumber = _common.wasm.mpeg_frame_decoder_create(slot.ptr, 0);
  if (errorNumber !== 0) throw new Error(`mpg123 could not make a decoder: error ${errorNumber}.`);
  decoder._decoder = slot.buf[0] ?? 0;
  return true;
}

function hasInnards(decoder: MPEGDecoder): decoder is MPEGDecoder & Innards {
  const { _common: library, _decoder, _samplesDecodedPtr: slot } = decoder as MPEGDecoder & Partial<Innards>;
  return (
    typeof _decoder === 'number' &&
    typeof library?.wasm?.mpeg_frame_decoder_create === 'function' &&
    typeof library.wasm.mpeg_frame_decoder_destroy === 'function' &&
    typeof slot?.ptr === 'number' &&
    slot.buf instanceof Uint32Array
  );
}
