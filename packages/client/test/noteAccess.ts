// This file gets a token and a conversation of a sandbox that listens on a port, as a user's own server would.
import { createRequest, parseSignInResponse, signInRequest } from '@voicewire/protocol/amigo-notes';
import type { RunningSandbox } from '@voicewire/sandbox';

/** What a client of voice notes is told by its own server. */
export interface NoteAccess {
  readonly organization: string;
  readonly baseUrl: string;
  readonly conversationId: string;
  readonly token: string;
}

/** Signs the demo user in. */
export async function signIn(sandbox: RunningSandbox): Promise<Omit<NoteAccess, 'conversationId'>> {
  const { apiUrl: baseUrl, organization, apiKey, apiKeyId, userId } = sandbox.endpoints.amigo;
  const { url, headers } = signInRequest({ baseUrl, organization, apiKey, apiKeyId, userId });
  const signedIn = await fetch(url, { method: 'POST', headers });
  const answer = parseSignInResponse(signedIn.status, await signedIn.text());
  if (!answer.ok) throw new Error(`The sign-in was answered with ${signedIn.status}.`);
  return { organization, baseUrl, token: answer.message.token };
}

/** Also begins a conversation; waits for its greeting, or for the sandbox's patience with an agent that has none. */
export async function openNoteAccess(sandbox: RunningSandbox): Promise<NoteAccess> {
  const access = await signIn(sandbox);
  const {
    url,
    headers,
    body = '',
  } = createRequest(access, { response_format: 'text' }, { service_id: '65f0c2a19b7d4e0012ab34cd' });
  const created = await fetch(url, { method: 'POST', headers, body });
  const conversationId = /"conversation_id":"([0-9a-f]{24})"/.exec(await created.text())?.[1];
  if (conversationId === undefined) throw new Error(`Creation was answered with ${created.status}.`);
  return { ...access, conversationId };
}
