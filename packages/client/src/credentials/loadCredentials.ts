// This file gets the credentials for one attempt from wherever the user keeps them.
import type { Vendor } from '@voicewire/protocol';
import { asVoiceError, createVoiceError } from '../errors.ts';

/**
 * Asks the vendor's credentials source anew and checks what it gave.
 * @throws {VoiceError} `credentials-failed` (the source threw; see `cause`), `credentials-invalid` (wrong shape), or
 * whatever `VoiceError` the source itself threw.
 */
export async function loadCredentials(vendor: Pick<Vendor, 'credentials' | 'parseCredentials'>): Promise<unknown> {
  let value: unknown;
  try {
    value =
      typeof vendor.credentials === 'function' ? await (vendor.credentials as () => unknown)() : vendor.credentials;
  } catch (thrown) {
    throw asVoiceError(thrown, 'credentials-failed', 'The credentials function threw.');
  }
  const parsed = vendor.parseCredentials(value);
  if (parsed.ok) return parsed.message;
  throw createVoiceError('credentials-invalid', 'The credentials cannot be used.', {
    details: { issues: parsed.issues },
  });
}
