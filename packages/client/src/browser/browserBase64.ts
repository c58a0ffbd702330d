// This file is a browser's own base64.
import type { PlatformBase64 } from '@voicewire/protocol';

/** Methods of ECMAScript 2026, which not every supported browser has, and the platform's types neither. */
interface Base64Bytes {
  readonly constructor: object & { fromBase64?(base64: string): Uint8Array };
  readonly toBase64?: (this: Uint8Array) => string;
}

const { constructor, toBase64 }: Base64Bytes = new Uint8Array(0);

export const browserBase64: PlatformBase64 = {
  decodeWhole: constructor.fromBase64?.bind(constructor) ?? decodeByAtob,
  // Older browsers encode strings only, and making one of bytes costs more than the protocol's own encoder.
  ...(toBase64 && { encodeWhole: (bytes: Uint8Array) => toBase64.call(bytes) }),
};

function decodeByAtob(base64: string): Uint8Array {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
