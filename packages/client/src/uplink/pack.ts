// This file joins 20 ms frames into messages of the length the vendor takes, as little-endian bytes.

const FRAME_MS = 20;
const BYTES_PER_SAMPLE = 2;

/** Packs frames into whole messages. A message leaves with the frame that completes it. */
export class Packer {
  private readonly message: DataView;
  private writtenBytes = 0;
  private captureEndMs = 0;

  /**
   * @param messageMs Audio per message; a whole number of 20 ms frames.
   * @param emit Receives the bytes (valid during the call) and when the last sample in them was captured.
   */
  constructor(
    messageMs: number,
    sampleRate: number,
    private readonly emit: (bytes: Uint8Array, captureEndMs: number) => void,
  ) {
    const frames = Math.round(messageMs / FRAME_MS);
    this.message = new DataView(new ArrayBuffer(((frames * FRAME_MS * sampleRate) / 1000) * BYTES_PER_SAMPLE));
  }

  push(pcm: Int16Array, captureEndMs: number): void {
    this.captureEndMs = captureEndMs;
    for (let i = 0; i < pcm.length; i++) {
      this.message.setInt16(this.writtenBytes, pcm[i] ?? 0, true);
      this.writtenBytes += BYTES_PER_SAMPLE;
    }
    if (this.writtenBytes === this.message.byteLength) this.release();
  }

  /** Sends a begun message, padded with zeros: nothing that was captured stays behind. */
  finish(): void {
    if (this.writtenBytes === 0) return;
    new Uint8Array(this.message.buffer).fill(0, this.writtenBytes);
    this.release();
  }

  private release(): void {
    this.writtenBytes = 0;
    this.emit(new Uint8Array(this.message.buffer), this.captureEndMs);
  }
}
