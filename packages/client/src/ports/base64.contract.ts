// This file holds what every platform's base64 promises. It needs no test runner, so that it runs inside a page too.
import type { PlatformBase64 } from '@voicewire/protocol';
import { encodeBase64 } from '@voicewire/protocol/wire';

/** What is wrong with `platform`; nothing, when it may take the place of the protocol's own base64. */
export function faultsOfBase64({ decodeWhole, encodeWhole }: PlatformBase64): string[] {
  const faults: string[] = [];
  for (const lengthBytes of [...Array(70).keys(), 640, 1_920, 98_304]) {
    const bytes = Uint8Array.from({ length: lengthBytes }, (_, i) => (Math.imul(i + 1, 0x9e37_79b1) >>> 13) & 255);
    const text = encodeBase64(bytes);
    const decoded = decodeWhole?.(text);
    if (decoded !== undefined) {
      if (!isSame(decoded, bytes)) faults.push(`${lengthBytes} bytes are decoded as others`);
      if (decoded.buffer.byteLength !== lengthBytes) faults.push(`${lengthBytes} bytes are a view of other memory`);
    }
    // A view that begins inside its memory, as the messages of a stream are.
    const view = Uint8Array.from([1, 2, 3, ...bytes, 4]).subarray(3, 3 + lengthBytes);
    if (encodeWhole !== undefined && encodeWhole(view) !== text) faults.push(`${lengthBytes} bytes are another text`);
  }
  for (const alien of ['A*AA', '====', 'A===', '    ']) {
    if (decodeWhole !== undefined && !isRefused(decodeWhole, alien)) faults.push(`'${alien}' is decoded`);
  }
  return faults;
}

/** Refused, or decoded to fewer bytes than its length promises: the protocol notices either. */
function isRefused(decodeWhole: NonNullable<PlatformBase64['decodeWhole']>, text: string): boolean {
  const promisedBytes = (text.length / 4) * 3 - Number(text.endsWith('=')) - Number(text.endsWith('=='));
  try {
    return decodeWhole(text).length < promisedBytes;
  } catch {
    return true;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
