// This file names the breaches of Soca's rules, and says what a client's close is worth (rule D-17).
import type { Breaches } from '../server/breaches.ts';
import type { SocketClose } from '../server/connection.ts';
import { MAX_MESSAGE_BYTES } from '../server/limits.ts';
import type { SocaRuleId } from './rules.ts';

/** Of one connection or request. */
export type SocaBreaches = Breaches<SocaRuleId>;

/** Close code for a message over the limit (RFC 6455). */
export const TOO_BIG_CLOSE_CODE = 1009;

/** Judges a close that the server did not ask for. */
export function judgeClose({ code }: SocketClose, breaches: SocaBreaches): void {
  switch (code) {
    case 1000:
      return;
    case 1001:
      breaches.addWithoutFrame('D-17', 'the page went away', 'note');
      return;
    case 1006:
      breaches.addWithoutFrame('D-17', 'the connection was lost', 'note');
      return;
    case TOO_BIG_CLOSE_CODE:
      // The transport refused it before we saw it.
      breaches.addWithoutFrame('D-17', `a message over ${MAX_MESSAGE_BYTES} bytes`);
      return;
    default:
      breaches.addWithoutFrame('D-17', `close code ${code}, wanted 1000`);
  }
}
