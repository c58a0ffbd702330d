// This file turns packets of little-endian PCM, cut anywhere, into samples.

/** Streaming decoder: a sample whose bytes come in two packets is joined. */
export class PcmDecoder {
  private carried = -1;

  /** True while half a sample waits for its other half. */
  get hasCarry(): boolean {
    return this.carried >= 0;
  }

  /** @returns The whole samples that `bytes` completes; possibly none. */
  decode(bytes: Uint8Array): Int16Array {
    const hasCarry = this.hasCarry;
    const availableBytes = bytes.byteLength + (hasCarry ? 1 : 0);
    const samples = new Int16Array(availableBytes >> 1);
    let low = hasCarry ? this.carried : -1;
    let written = 0;
    for (const byte of bytes) {
      if (low < 0) {
        low = byte;
      } else {
        samples[written++] = (byte << 8) | low;
        low = -1;
      }
    }
    this.carried = low;
    return samples;
  }
}
