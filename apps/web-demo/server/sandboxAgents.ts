// This file puts the sandbox's agents within the page's reach: a list of them, and a relay that keeps their keys.
import { randomBytes } from 'node:crypto';
import { amigoRelay, createRelay, socaRelay, type Relay } from '@voicewire/relay';
import type { RunningSandbox } from '@voicewire/sandbox';

type Endpoints = RunningSandbox['endpoints'];

/** Whoever calls has the first user; a user has one conversation at a time, so notes have one of their own. */
export const SANDBOX_USERS = { calls: 'demo-user', notes: 'demo-notes' };

/** What the page may know. Without a sandbox there is only the Voice API of the configuration. */
export function describeAgents(endpoints: Endpoints | undefined): readonly object[] {
  const voiceApi = { vendor: 'voice-api' };
  if (endpoints === undefined) return [voiceApi];
  const { amigo, soca } = endpoints;
  return [
    voiceApi,
    { vendor: 'amigo', organization: amigo.organization, serviceId: amigo.serviceId, takesNotes: true },
    { vendor: 'soca', agentId: soca.agentId },
  ];
}

/** @param pageUrls Where the page is served. */
export function sandboxRelay({ amigo, soca }: Endpoints, pageUrls: readonly string[]): Relay {
  const { organization, apiKey, apiKeyId, userId, serviceId, apiUrl } = amigo;
  return createRelay({
    vendors: {
      amigo: amigoRelay({ ...{ organization, apiKey, apiKeyId, userId }, baseUrl: apiUrl, serviceIds: [serviceId] }),
      soca: socaRelay({ privateKey: soca.privateKey, agentIds: [soca.agentId], url: soca.wsUrl, apiUrl: soca.apiUrl }),
    },
    origins: pageUrls.map((url) => new URL(url).origin),
    signingKey: randomBytes(32),
    // Whoever can open the page may talk to the sandbox.
    authorize: 'anyone',
  });
}
