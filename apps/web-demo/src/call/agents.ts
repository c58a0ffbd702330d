// This file says which agents the page can talk to, and makes the vendor value of each.
import { fetchCredentials } from '@voicewire/client/browser';
import { amigo } from '@voicewire/protocol/amigo';
import { soca } from '@voicewire/protocol/soca';
import { voiceApi } from '@voicewire/protocol/voice-api';

/** An agent as the page's own server describes it. Holds no secret. */
export type Agent =
  | { readonly vendor: 'voice-api' }
  | {
      readonly vendor: 'amigo';
      readonly organization: string;
      readonly serviceId: string;
      /** Whether this page's server carries voice notes to it. */
      readonly takesNotes?: boolean;
    }
  | { readonly vendor: 'soca'; readonly agentId: string };

/** For people. */
export const AGENT_TITLES: Readonly<Record<Agent['vendor'], string>> = {
  'voice-api': 'Voice API',
  amigo: 'Amigo, through the relay',
  soca: 'Soca, through the relay',
};

/** What every server of the page has. */
export const DEFAULT_AGENT: Agent = { vendor: 'voice-api' };

/** The agents behind this page, the default one first. A server that tells of none has that one. */
export async function loadAgents(): Promise<readonly Agent[]> {
  try {
    const answer = await fetch('/agents');
    const agents = (await answer.json()) as readonly Agent[];
    return agents.length > 0 ? agents : [DEFAULT_AGENT];
  } catch {
    // Without a list there is nothing to choose, and the call says what else is wrong.
    return [DEFAULT_AGENT];
  }
}

/** @param tokenQuery For the sandbox's Voice API: faults that it is to show. */
export function createVendor(agent: Agent, tokenQuery: string) {
  switch (agent.vendor) {
    case 'voice-api':
      return voiceApi({ credentials: () => fetchCredentials(`/voice-token${tokenQuery}`) });
    case 'amigo':
      return amigo({
        organization: agent.organization,
        serviceId: agent.serviceId,
        baseUrl: new URL('/amigo', location.href).href,
        credentials: () => fetchCredentials('/amigo-token'),
      });
    case 'soca':
      return soca({ agentId: agent.agentId, language: 'en', credentials: () => fetchCredentials('/soca-token') });
  }
}
