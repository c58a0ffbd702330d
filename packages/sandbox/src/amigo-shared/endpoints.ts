// This file says where an Amigo client finds the sandbox, and the credentials it needs.
import type { AmigoAccountOptions } from './accounts.ts';
import { readAccounts } from './accounts.ts';

/** Where to point an Amigo client. */
export interface AmigoEndpoints {
  /** Base URL of both surfaces, for clients that know the rest. */
  readonly apiUrl: string;
  /** `POST` with the three headers gives a user's token. */
  readonly signInUrl: string;
  /** `POST` makes a conversation, `GET` lists them. */
  readonly conversationUrl: string;
  /** The real-time socket; the token goes into the subprotocol. */
  readonly wsUrl: string;
  readonly organization: string;
  readonly apiKey: string;
  readonly apiKeyId: string;
  readonly userId: string;
  readonly serviceId: string;
}

/** @param authority Host and port of the server. */
export function amigoEndpoints(authority: string, options: AmigoAccountOptions = {}): AmigoEndpoints {
  const { organization, apiKey, apiKeyId, users, services } = readAccounts(options);
  const below = `${authority}/v1/${organization}`;
  return {
    apiUrl: `http://${authority}`,
    signInUrl: `http://${below}/user/signin_with_api_key`,
    conversationUrl: `http://${below}/conversation/`,
    wsUrl: `ws://${below}/conversation/converse_realtime`,
    organization,
    apiKey,
    apiKeyId,
    userId: users[0] ?? '',
    serviceId: services[0] ?? '',
  };
}
