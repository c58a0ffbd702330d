// This file gets the credentials for one attempt from wherever the user keeps them.
import type { Vendor } from '@voicewire/protocol';
import { asVoiceError, createVoiceError } from '../errors.ts';
import { refuseSecretKey } from './secretKeys.ts';

/** Where credentials may hold what. */
export interface CredentialsOptions {
  /**
   * Whether a page may hold a long-lived key, which everybody who opens it can read. Default false: `connect()` fails with
   * `secret-in-browser`. A relay of yours keeps keys out of pages: `@voicewire/relay`.
   */
  readonly dangerouslyAllowBrowser?: boolean;
}

/**
 * Asks the vendor's credentials source anew and checks what it gave.
 * @throws {VoiceError} `credentials-failed` (the source threw; see `cause`), `credentials-invalid` (wrong shape), or
 * `secret-in-browser`, or whatever `VoiceError` the source itself threw.
 */
export async function loadCredentials(
  vendor: Pick<Vendor, 'credentials' | 'parseCredentials'>,
  { dangerouslyAllowBrowser = false }: CredentialsOptions = {},
): Promise<unknown> {
  let value: unknown;
  try {
    value =
      typeof vendor.credentials === 'function' ? await (vendor.credentials as () => unknown)() : vendor.credentials;
  } catch (thrown) {
    throw asVoiceError(thrown, 'credentials-failed', 'The credentials function threw.');
  }
  // Before it is read: what the vendor does not ask for is in the page all the same.
  refuseSecretKey(value, dangerouslyAllowBrowser);
  const parsed = vendor.parseCredentials(value);
  if (parsed.ok) return parsed.message;
  throw createVoiceError('credentials-invalid', 'The credentials cannot be used.', {
    details: { issues: parsed.issues },
  });
}
