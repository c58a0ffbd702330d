// This file answers the call that turns an API key into a user's token: rules B-03 and B-04.
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import type { TokenVariant } from '../amigo-shared/tokenBook.ts';
import type { HttpResponse } from '../server/http.ts';
import { jsonResponse } from '../server/http.ts';
import type { Call } from './call.ts';
import { failure, refuse } from './call.ts';
import type { AmigoNotesFaultName } from './faults.ts';
import type { AmigoNotesSettings } from './options.ts';

const VARIANT_FAULTS = {
  'token-expired': 'expired',
  'token-not-yet-valid': 'not-yet-valid',
  'token-no-permission': 'no-permission',
  'token-no-insights': 'no-insights',
  'token-wrong-region': 'wrong-region',
} as const satisfies Partial<Record<AmigoNotesFaultName, TokenVariant>>;

const HEADER_NAMES = ['x-api-key', 'x-api-key-id', 'x-user-id'] as const;

/** Judges the three headers and issues a token. */
export function signIn(call: Call, backend: AmigoBackend, { tokenField }: AmigoNotesSettings): HttpResponse {
  const refused = refuseHeaders(call, backend);
  if (refused !== undefined) return refused;
  if (call.faults.has('sign-in-error')) return failure(500, 'fault sign-in-error');
  const { accounts, tokens } = backend;
  const userId = call.request.headers['x-user-id'] ?? accounts.users[0] ?? 'nobody';
  const { token, grant, refreshCount } = tokens.issue({
    organization: accounts.organization,
    userId,
    lifeMs: call.faults.find('token-short-lived')?.delayMs ?? accounts.tokenLifeMs,
    variant: variantFor(call, accounts.restrictedUsers.includes(userId)),
  });
  if (refreshCount > 1) {
    call.breaches.add('B-04', `sign-in number ${refreshCount} since a token of this user was refused as expired`);
  }
  const expiresAt = new Date(grant.expiresAtEpochMs).toISOString();
  const response = jsonResponse(200, { [tokenField]: token, expires_at: expiresAt });
  return call.faults.has('sign-in-malformed') ? { ...response, body: '<html>It works!</html>' } : response;
}

function refuseHeaders(call: Call, { accounts }: AmigoBackend): HttpResponse | undefined {
  const { headers } = call.request;
  const missing = HEADER_NAMES.filter((name) => headers[name] === undefined);
  if (missing.length > 0) return refuse(call, 'B-03', 401, `${missing.join(', ')} missing`);
  if (headers['x-api-key'] !== accounts.apiKey || headers['x-api-key-id'] !== accounts.apiKeyId) {
    return refuse(call, 'B-03', 401, 'the API key or its id is wrong');
  }
  const isKnown = [...accounts.users, ...accounts.restrictedUsers].includes(headers['x-user-id'] ?? '');
  return isKnown ? undefined : refuse(call, 'B-03', 401, 'no such user');
}

function variantFor({ faults }: Call, isRestricted: boolean): TokenVariant {
  const names = Object.keys(VARIANT_FAULTS) as (keyof typeof VARIANT_FAULTS)[];
  const fault = names.find((name) => faults.has(name));
  return fault !== undefined ? VARIANT_FAULTS[fault] : isRestricted ? 'no-permission' : 'valid';
}
