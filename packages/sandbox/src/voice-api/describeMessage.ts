// This file describes messages for records, without their content.
import { parseClientMessage } from '@voicewire/protocol/voice-api';

/** Kind and size, in words. */
export function describeMessage(data: string | Uint8Array): string {
  return typeof data === 'string'
    ? `a text message of ${data.length} characters`
    : `a binary message of ${data.length} bytes`;
}

/** The parsed type; `malformed` for what cannot be read. */
export function typeOfMessage(data: string | Uint8Array): string {
  const parsed = parseClientMessage(data);
  return parsed.ok ? parsed.message.type : 'malformed';
}

/** Size on the wire: of text, in UTF-8. */
export function sizeOfMessage(data: string | Uint8Array): number {
  if (typeof data !== 'string') return data.length;
  let bytes = 0;
  for (let i = 0; i < data.length; i++) {
    const unit = data.charCodeAt(i);
    // A surrogate pair takes four bytes, which is two for each of its units.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
