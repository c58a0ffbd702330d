// This file lists the vendors that can be measured, and what each needs to be reached.
import { requestCredentials, type Clock, type FetchLike } from '@voicewire/client/credentials';
import type { Vendor } from '@voicewire/protocol';
import { amigo, parseSignInResponse, signInRequest } from '@voicewire/protocol/amigo';
import { URLS as SOCA_URLS, parseSessionAnswer, sessionRequest, soca } from '@voicewire/protocol/soca';
import { parseTokenResponse, tokenRequest, voiceApi } from '@voicewire/protocol/voice-api';
import type { SandboxBehaviour } from '@voicewire/sandbox/memory';
import { BenchError } from '../benchError.ts';

/** A server, what opens it, and how it is asked for credentials. */
export interface VendorAccess {
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** Values of the vendor's variables, by name. Some are secret. */
  readonly variables: Readonly<Record<string, string>>;
  readonly fetch: FetchLike;
  readonly clock: Clock;
}

/** One row per vendor; nothing else in the bench knows their names. */
export interface BenchVendor {
  /**
   * The environment variables that open an account, the key first, so that it stays out of the command line and of shell
   * histories; with the values that open the sandbox, which are public.
   */
  readonly variables: Readonly<Record<string, string>>;
  /** @throws {BenchError} `invalid-option`, when the account does not allow for so many sessions. */
  connect(access: VendorAccess, sessionIndex: number): Vendor;
  /** What the embedded sandbox, and its variables, need for so many sessions at once. Default: nothing. */
  prepareSandbox?(sessions: number): { behaviour: SandboxBehaviour; variables: Readonly<Record<string, string>> };
}

const AMIGO_USERS = 'VOICEWIRE_AMIGO_USER_IDS';

export const VENDORS: ReadonlyMap<string, BenchVendor> = new Map<string, BenchVendor>([
  [
    'voice-api',
    {
      variables: { VOICEWIRE_VOICE_API_KEY: 'demo-key' },
      connect({ apiUrl, variables: { VOICEWIRE_VOICE_API_KEY: apiKey = '' }, fetch, clock }) {
        const request = tokenRequest({ apiUrl, apiKey });
        return voiceApi({ credentials: () => requestCredentials(request, parseTokenResponse, { fetch, clock }) });
      },
    },
  ],
  [
    'amigo',
    {
      variables: {
        VOICEWIRE_AMIGO_API_KEY: 'demo-key',
        VOICEWIRE_AMIGO_API_KEY_ID: 'demo-key-id',
        [AMIGO_USERS]: 'demo-user',
        VOICEWIRE_AMIGO_ORGANIZATION: 'demo-org',
        VOICEWIRE_AMIGO_SERVICE_ID: '65f0c2a19b7d4e0012ab34cd',
      },
      connect({ apiUrl: baseUrl, variables, fetch, clock }, sessionIndex) {
        const organization = variables['VOICEWIRE_AMIGO_ORGANIZATION'] ?? '';
        const request = signInRequest({
          baseUrl,
          organization,
          apiKey: variables['VOICEWIRE_AMIGO_API_KEY'] ?? '',
          apiKeyId: variables['VOICEWIRE_AMIGO_API_KEY_ID'] ?? '',
          userId: userOf(variables[AMIGO_USERS] ?? '', sessionIndex),
        });
        return amigo({
          organization,
          baseUrl,
          serviceId: variables['VOICEWIRE_AMIGO_SERVICE_ID'] ?? '',
          credentials: () => requestCredentials(request, parseSignInResponse, { fetch, clock }),
        });
      },
      prepareSandbox(sessions) {
        const users = Array.from({ length: sessions }, (_, index) => `bench-user-${index + 1}`);
        return { behaviour: { amigoAccounts: { users } }, variables: { [AMIGO_USERS]: users.join(',') } };
      },
    },
  ],
  [
    'soca',
    {
      variables: { VOICEWIRE_SOCA_PRIVATE_KEY: 'demo-key', VOICEWIRE_SOCA_AGENT_ID: '68aa00bb11cc22dd33ee44ff' },
      connect({ apiUrl, variables, fetch, clock }) {
        const privateKey = variables['VOICEWIRE_SOCA_PRIVATE_KEY'] ?? '';
        const agentId = variables['VOICEWIRE_SOCA_AGENT_ID'] ?? '';
        const request = sessionRequest({ apiUrl, privateKey, agentId });
        return soca({
          agentId,
          url: apiUrl.replace(/^http/, 'ws').replace(/\/*$/, new URL(SOCA_URLS.socket).pathname),
          language: 'en',
          credentials: async () => {
            const { data } = await requestCredentials(request, parseSessionAnswer, { fetch, clock });
            return { privateKey, sessionId: data.session_id };
          },
        });
      },
    },
  ],
]);

/** Amigo takes one connection per user and service. */
function userOf(list: string, sessionIndex: number): string {
  const users = list.split(',').map((user) => user.trim());
  const user = users[sessionIndex];
  if (user !== undefined) return user;
  throw new BenchError(
    'invalid-option',
    `Amigo takes one connection per user: ${sessionIndex + 1} sessions need as many users in ${AMIGO_USERS}, separated by commas; it has ${users.length}.`,
  );
}

/**
 * @param name One vendor, or `all`.
 * @throws {BenchError} `vendor-unavailable`.
 */
export function findVendors(name: string): [name: string, vendor: BenchVendor][] {
  if (name === 'all') return [...VENDORS];
  const vendor = VENDORS.get(name);
  if (vendor !== undefined) return [[name, vendor]];
  const known = [...VENDORS.keys(), 'all'].join(', ');
  throw new BenchError('vendor-unavailable', `The vendor "${name}" cannot be measured; --vendor takes: ${known}.`);
}
