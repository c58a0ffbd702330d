// This file asks the token endpoint for credentials, as a client's own backend would.
import { PATHS } from '@voicewire/protocol/voice-api';
import type { VoiceApiFaultName } from './faults.ts';
import { VOICE_API_DEFAULTS } from './options.ts';

/** Body of the token endpoint's answer, in the vendor's spelling. */
export interface VoiceApiCredentials {
  readonly token: string;
  readonly ws_url: string;
}

/** Sends a `POST` to a path with the headers given. */
export type PostRequest = (path: string, headers: Readonly<Record<string, string>>) => { readonly body: string };

/**
 * Uses the demo key; `faults` hold for the connection that the token opens.
 *
 * @throws {SyntaxError} When a fault makes the endpoint answer with something else than JSON.
 */
export function requestCredentials(post: PostRequest, faults: readonly VoiceApiFaultName[]): VoiceApiCredentials {
  const query = faults.map((fault) => `fault=${fault}`).join('&');
  const path = query === '' ? PATHS.token : `${PATHS.token}?${query}`;
  return JSON.parse(post(path, { authorization: `Bearer ${VOICE_API_DEFAULTS.apiKey}` }).body) as VoiceApiCredentials;
}
