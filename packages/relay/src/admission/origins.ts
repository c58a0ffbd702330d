// This file decides whether a request comes from a page that may use the relay. Sockets know no same-origin policy.
import { RelayError } from '../errors.ts';

/** As browsers write it: no path, no default port, in lower case. */
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$|^https?:\/\/\[[0-9a-f:]+\](?::\d{1,5})?$/;

/** Whose pages may use the relay. */
export interface OriginRules {
  /** Exactly as browsers send them, such as `https://app.example`. */
  readonly origins: readonly string[];
  /** Whether programs, which send no origin, may use it too. Any program can claim any origin: `authorize` keeps them out. */
  readonly allowsPrograms: boolean;
}

/** @throws {RelayError} For a list that is empty, or an entry that no browser would send. */
export function checkOrigins({ origins, allowsPrograms }: OriginRules): void {
  if (origins.length === 0 && !allowsPrograms) throw new RelayError('origins', 'at least one origin');
  for (const [index, origin] of origins.entries()) {
    if (ORIGIN.test(origin)) continue;
    throw new RelayError(`origins[${index}]`, 'scheme, host and port as browsers send them: https://app.example');
  }
}

/** @param origin The header, as it came. The origin `null`, of files and sandboxed frames, is nobody's. */
export function isAllowedOrigin({ origins, allowsPrograms }: OriginRules, origin: string | undefined): boolean {
  return origin === undefined ? allowsPrograms : origins.includes(origin);
}
