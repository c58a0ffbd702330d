// This file signs the demo user in, as a client's own backend would.
import type { UserToken } from '@voicewire/protocol/amigo';
import { parseSignInResponse, signInRequest } from '@voicewire/protocol/amigo';
import { SandboxError } from '../errors.ts';
import { amigoEndpoints } from './endpoints.ts';

/** Sends a `POST` with the headers given. */
export type PostRequest = (
  url: string,
  headers: Readonly<Record<string, string>>,
) => { readonly status: number; readonly body: string };

/**
 * Uses the demo keys.
 *
 * @param query Of the sign-in, e.g. `?fault=token-expired`.
 * @throws {SandboxError} `no-credentials` when the answer is no token, as a fault may have it.
 */
export function requestUserToken(post: PostRequest, authority: string, query: string): UserToken {
  const { apiUrl, organization, apiKey, apiKeyId, userId } = amigoEndpoints(authority);
  const { url, headers } = signInRequest({ baseUrl: apiUrl, organization, apiKey, apiKeyId, userId });
  const { status, body } = post(url + query, headers);
  const answer = parseSignInResponse(status, body);
  if (answer.ok) return answer.message;
  throw new SandboxError('no-credentials', `The sign-in was answered with ${status} and no token.`, { status });
}
