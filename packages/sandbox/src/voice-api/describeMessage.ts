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
