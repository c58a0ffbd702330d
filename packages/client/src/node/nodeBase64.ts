// This file is Node's own base64.
import type { PlatformBase64 } from '@voicewire/protocol';

export const nodeBase64: Required<PlatformBase64> = {
  decodeWhole: (base64) => {
    // Memory of its own: `Buffer.from` would give a view of a pool that other messages share.
    const buffer = Buffer.from(new ArrayBuffer(Buffer.byteLength(base64, 'base64')));
    const writtenBytes = buffer.write(base64, 'base64');
    return new Uint8Array(buffer.buffer, 0, writtenBytes);
  },
  encodeWhole: ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
};
