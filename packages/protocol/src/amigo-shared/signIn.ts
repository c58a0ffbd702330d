// This file describes the call that turns an API key into a user's token, and reads the answer. For servers: it needs the key.
//
// Sources: the OpenAPI document and src/core/auth.ts in amigo-ai/amigo-typescript-sdk at ff80074, read 2026-11-21.
import * as v from 'valibot';
import type { HttpRequest } from '../neutral/http.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import { type ApiResult, faultOfWord, readAnswer } from '../wire/httpAnswer.ts';
import { failWith } from '../wire/issues.ts';
import { validate } from '../wire/validate.ts';
import { type Place, faultsOfPlace, organizationUrl } from './place.ts';

/** What signs a user in. */
export interface SignInAccess extends Place {
  /** Secret and long-lived: keep it on a server. */
  readonly apiKey: string;
  readonly apiKeyId: string;
  /** The user in whose name the token speaks. */
  readonly userId: string;
  /** For organizations on clusters of their own. */
  readonly mongoClusterName?: string;
}

/** What opens conversations. */
export interface UserToken {
  /** Secret: a JWT. */
  readonly token: string;
  /** ISO 8601. Absent where the server did not say. */
  readonly expiresAt?: string;
}

/** Body of a 200. One page calls the token `jwt`; the OpenAPI document and both SDKs say `id_token`. */
export const SignInResponseSchema = v.looseObject({
  id_token: v.optional(v.string()),
  jwt: v.optional(v.string()),
  expires_at: v.optional(v.nullable(v.string())),
});
export type SignInResponse = v.InferOutput<typeof SignInResponseSchema>;

/** Longest answer that is looked at, in bytes. Ours: a token has a few thousand. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * The call that signs a user in; at most 5 a minute.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for an unusable place, key or user.
 */
export function signInRequest(access: SignInAccess): HttpRequest {
  const { apiKey, apiKeyId, userId, mongoClusterName } = access;
  const issues = [
    ...faultsOfPlace(access),
    ...faultOfWord('apiKey', apiKey),
    ...faultOfWord('apiKeyId', apiKeyId),
    ...faultOfWord('userId', userId),
    ...(mongoClusterName === undefined ? [] : faultOfWord('mongoClusterName', mongoClusterName)),
  ];
  if (issues.length > 0) throw new VendorOptionsError('signInRequest', issues);
  return {
    method: 'POST',
    url: organizationUrl(access, 'user/signin_with_api_key'),
    headers: {
      'x-api-key': apiKey,
      'x-api-key-id': apiKeyId,
      'x-user-id': userId,
      ...(mongoClusterName === undefined ? {} : { 'x-mongo-cluster-name': mongoClusterName }),
    },
  };
}

/** Reads the answer to {@link signInRequest}. Never throws. */
export function parseSignInResponse(status: number, bodyText: string): ApiResult<UserToken> {
  return readAnswer(status, bodyText, MAX_ANSWER_BYTES, (body) => {
    const parsed = validate(SignInResponseSchema, body);
    if (!parsed.ok) return parsed;
    const { id_token, jwt, expires_at: expiresAt } = parsed.message;
    const token = id_token ?? jwt ?? '';
    if (token === '') return failWith('a token', id_token === undefined ? 'nothing' : 'an empty string', ['id_token']);
    return { ok: true, message: expiresAt ? { token, expiresAt } : { token } };
  });
}
