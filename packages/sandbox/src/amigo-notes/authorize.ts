// This file decides who is calling: rules B-02 and B-03, and the part of B-01 that is the organization.
import { decodeUtf8 } from '@voicewire/protocol/wire';
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import { ALL_PERMISSIONS } from '../amigo-shared/accounts.ts';
import type { HttpResponse } from '../server/http.ts';
import { decodeStrictBase64 } from '../server/strictBase64.ts';
import type { Call, Caller } from './call.ts';
import { refuse } from './call.ts';

/** Refuses calls for organizations that live elsewhere or nowhere. */
export function refuseOrganization(call: Call, { accounts }: AmigoBackend): HttpResponse | undefined {
  if (call.organization === accounts.organization) return undefined;
  const isElsewhere = call.organization === accounts.organizationElsewhere;
  return refuse(call, 'B-01', 404, isElsewhere ? 'this organization lives in another region' : 'no such organization');
}

/** Records keys and tokens in the URL. */
export function recordSecretsInUrl(call: Call, { accounts, tokens }: AmigoBackend): void {
  const isSecret = (value: string): boolean =>
    value === accounts.apiKey || tokens.isToken(value.replace(/^Bearer /, ''));
  if (call.query.some(([, value]) => isSecret(value))) call.breaches.add('B-03', 'a key or a token in the URL');
}

/** Whose token the call carries, or the answer that refuses it. Under policy `record` a worthless one is the first user's. */
export function authorize(call: Call, backend: AmigoBackend): Caller | HttpResponse {
  const { accounts, tokens } = backend;
  const { organization } = accounts;
  const anybody: Caller = { organization, userId: accounts.users[0] ?? 'nobody', permissions: ALL_PERMISSIONS };
  const unauthorized = (detail: string): Caller | HttpResponse => refuse(call, 'B-02', 401, detail) ?? anybody;
  const header = call.request.headers['authorization'];
  if (header === undefined) return unauthorized('no Authorization header');
  const token = readToken(header);
  if (token === undefined) return unauthorized('an Authorization header that is not Bearer and a token');
  if (token === accounts.apiKey) return unauthorized('the API key as bearer, wanted a token from the sign-in');
  const verdict = tokens.present(token, call.request.headers['x-org-id'] ?? organization);
  switch (verdict.kind) {
    case 'unknown':
      return unauthorized('a token that was not issued here');
    case 'expired':
      return unauthorized(`a token that expired ${Math.round(verdict.byMs)} ms ago`);
    case 'not-yet-valid':
      return unauthorized(`a token that is valid in ${Math.round(verdict.inMs)} ms`);
    case 'wrong-region':
      return refuse(call, 'B-02', 404, 'a token of another region') ?? anybody;
    case 'good': {
      const { grant } = verdict;
      if (grant.permissions.has('Conversation:InteractWithConversation')) return grant;
      return refuse(call, 'B-02', 403, 'the permission Conversation:InteractWithConversation is missing') ?? grant;
    }
  }
}

/** The token of a header in either scheme; of Basic, the password. Whose name comes with it is not compared. */
function readToken(header: string): string | undefined {
  const bearer = /^Bearer ([!-~]+)$/.exec(header)?.[1];
  if (bearer !== undefined) return bearer;
  const basic = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header)?.[1];
  const bytes = basic === undefined ? undefined : decodeStrictBase64(basic);
  return bytes === undefined ? undefined : /^[^:]*:([!-~]+)$/.exec(decodeUtf8(bytes))?.[1];
}
