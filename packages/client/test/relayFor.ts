// This file puts a relay in front of a sandbox: Soca and Amigo go through it, and the Voice API's tokens come from it.
import { amigoRelay, createRelay, socaRelay, voiceApiTokens, type Relay, type RelayOptions } from '@voicewire/relay';
import type { RunningSandbox } from '@voicewire/sandbox';

/** Vendors `soca`, `amigo` and `voice`, with the sandbox's demo keys. */
export function relayFor(
  { endpoints }: RunningSandbox,
  options: Pick<RelayOptions, 'origins'> & Partial<RelayOptions>,
): Relay {
  const { soca, voiceApi } = endpoints;
  const { organization, apiUrl, apiKey, apiKeyId, userId, serviceId } = endpoints.amigo;
  return createRelay({
    vendors: {
      soca: socaRelay({ privateKey: soca.privateKey, agentIds: [soca.agentId], url: soca.wsUrl, apiUrl: soca.apiUrl }),
      amigo: amigoRelay({ ...{ organization, apiKey, apiKeyId, userId }, baseUrl: apiUrl, serviceIds: [serviceId] }),
      voice: voiceApiTokens({ apiUrl: voiceApi.apiUrl, apiKey: voiceApi.apiKey }),
    },
    signingKey: 'a key for tests, which everybody may know',
    authorize: 'anyone',
    ...options,
  });
}
