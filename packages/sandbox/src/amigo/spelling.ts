// This file writes messages as a fault wants them spelled.
import type { ServerMessage } from '@voicewire/protocol/amigo';
import { encodeServerMessage } from '@voicewire/protocol/amigo';
import type { AmigoFaults } from './faults.ts';

/** Types that HTTP has, too, and spells without `server.`. */
const HTTP_TYPES = {
  'server.current-agent-action': 'current-agent-action',
  'server.action-too-long': 'action-too-long',
  'server.error': 'error',
} as const;

/** The message as it goes on the wire. */
export function spell(message: ServerMessage, faults: AmigoFaults): string {
  const more = faults.has('extra-fields') ? { sandbox_extra: { weather: 'clear' } } : {};
  if (message.type === 'unknown') return JSON.stringify({ ...message.raw, ...more });
  const { type } = message;
  const spelled = faults.has('http-spellings') && isHttpType(type) ? { ...message, type: HTTP_TYPES[type] } : message;
  return encodeServerMessage({ ...spelled, ...more } as ServerMessage);
}

function isHttpType(type: string): type is keyof typeof HTTP_TYPES {
  return Object.hasOwn(HTTP_TYPES, type);
}
