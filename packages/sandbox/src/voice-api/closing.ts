// This file knows how sessions close: what the server says, and what a client's close code is worth (rule C-15).
import type { ERROR_CODES } from '@voicewire/protocol/voice-api';
import type { SocketClose } from '../server/connection.ts';
import { MAX_MESSAGE_BYTES } from '../server/limits.ts';
import type { VoiceApiBreaches } from './rules.ts';

/** Failures that have an error code and a close code of the same key. */
export type ErrorKey = keyof typeof ERROR_CODES;

/** What `message` says in an `error`. */
export const ERROR_TEXTS: Readonly<Record<ErrorKey, string>> = {
  authTimeout: 'No token within 10 seconds',
  invalidAuth: 'The first message must be JSON with a token',
  authFailed: 'Invalid or expired token',
  sessionSetupFailed: 'The session could not be initialised',
};

/** Close code of a server that shuts down; the vendor names none (service restart, IANA WebSocket registry). */
export const SHUTDOWN_CLOSE_CODE = 1012;
/** Close code for a message over the limit (RFC 6455). */
export const TOO_BIG_CLOSE_CODE = 1009;

/** Judges a close that the server did not ask for. */
export function judgeClose({ code }: SocketClose, breaches: VoiceApiBreaches): void {
  switch (code) {
    case 1000:
      return;
    case 1001:
      breaches.addWithoutFrame('C-15', 'the page went away', 'note');
      return;
    case 1006:
      breaches.addWithoutFrame('C-15', 'the connection was lost', 'note');
      return;
    case TOO_BIG_CLOSE_CODE:
      // The transport refused it before we saw it.
      breaches.addWithoutFrame('C-11', `a message over ${MAX_MESSAGE_BYTES} bytes`);
      return;
    default:
      breaches.addWithoutFrame('C-15', `close code ${code}, wanted 1000`);
  }
}
