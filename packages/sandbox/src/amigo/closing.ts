// This file knows how connections close, and what a client's way of closing is worth (rule A-51).
import type { Breaches } from '../server/breaches.ts';
import type { SocketClose } from '../server/connection.ts';
import type { RuleId } from './rules.ts';

/** A message over the limit, RFC 6455. */
export const TOO_BIG_CODE = 1009;
/** The server shuts down; the vendor names no code (IANA WebSocket registry). */
export const SHUTDOWN_CODE = 1012;

/**
 * Judges a close that the server did not ask for.
 *
 * @param owesGoodbye Whether `close-connection` should have come before.
 */
export function judgeClose({ code }: SocketClose, owesGoodbye: boolean, breaches: Breaches<RuleId>): void {
  switch (code) {
    case 1000:
    case 1005:
      if (owesGoodbye) breaches.addWithoutFrame('A-51', 'closed without close-connection');
      else if (code === 1005) breaches.addWithoutFrame('A-51', 'a close without a code, wanted 1000', 'note');
      return;
    case 1001:
      return breaches.addWithoutFrame('A-51', 'the page went away', 'note');
    case 1006:
      return breaches.addWithoutFrame('A-51', 'the connection was lost', 'note');
    case TOO_BIG_CODE:
      // The transport refused it before we saw it.
      return breaches.addWithoutFrame('A-21', 'a message over the limit');
    default:
      breaches.addWithoutFrame('A-51', `close code ${code}, wanted 1000`);
  }
}
