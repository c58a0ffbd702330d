// This file gets pages tokens of the Voice API, whose own tokens are short-lived and open one session: nothing to relay.
import { parseTokenResponse, tokenRequest, type ApiAccess } from '@voicewire/protocol/voice-api';
import type { RelayVendor } from './relayVendor.ts';

/**
 * Tokens of the Voice API. Pages use `voiceApi({ credentials: () => fetchCredentials('/voice-token') })`, and connect to
 * the vendor themselves.
 * @throws {VendorOptionsError} For an unusable URL or key.
 */
export function voiceApiTokens(access: ApiAccess): RelayVendor {
  const request = tokenRequest(access);
  return {
    start: ({ call }) => ({
      async issueCredentials() {
        const { token, ws_url } = await call(request, parseTokenResponse);
        return { token, ws_url };
      },
    }),
  };
}
