// This file creates a session with the demo key, as a client's own backend would.
import type { SocaKeyCredentials } from '@voicewire/protocol/soca';
import { parseSessionAnswer, sessionRequest } from '@voicewire/protocol/soca';
import { SandboxError } from '../errors.ts';
import { socaEndpoints } from './endpoints.ts';

/** Sends a `POST` with the headers given. */
export type PostRequest = (
  url: string,
  headers: Readonly<Record<string, string>>,
) => { readonly status: number; readonly body: string };

/**
 * Uses the demo key and agent.
 *
 * @param query Of the request, e.g. `?fault=session-error`.
 * @throws {SandboxError} `no-credentials` when the answer is no session, as a fault may have it.
 */
export function requestSession(post: PostRequest, authority: string, query: string): SocaKeyCredentials {
  const { apiUrl, agentId, privateKey } = socaEndpoints(authority);
  const { url, headers } = sessionRequest({ apiUrl, agentId, privateKey });
  const { status, body } = post(url + query, headers);
  const answer = parseSessionAnswer(status, body);
  if (answer.ok) return { privateKey, sessionId: answer.message.data.session_id };
  throw new SandboxError('no-credentials', `The request for a session was answered with ${status} and none.`, {
    status,
  });
}
