// This file describes the two HTTP calls of the Voice API and reads their answers. For servers: they need the API key.
import type { HttpRequest } from '../neutral/http.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import { type ApiResult, faultOfBaseUrl, faultOfWord, readAnswer, urlBelow } from '../wire/httpAnswer.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS, PATHS } from './constants.ts';
import { HeartbeatResponseSchema, TokenResponseSchema, type HeartbeatResponse, type TokenResponse } from './schemas.ts';

/** Where the API is and what opens it. */
export interface ApiAccess {
  /** Base URL of the API, http or https, with or without a final slash. The vendor publishes no default. */
  readonly apiUrl: string;
  /** Secret and long-lived: keep it on a server. */
  readonly apiKey: string;
}

/**
 * The call for a session token. One token opens one session: call anew for every attempt.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for an unusable URL or key.
 */
export function tokenRequest(access: ApiAccess): HttpRequest {
  return keyedRequest('tokenRequest', access, PATHS.token);
}

/**
 * The call that tells whether the API is up and the key is good.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for an unusable URL or key.
 */
export function heartbeatRequest(access: ApiAccess): HttpRequest {
  return keyedRequest('heartbeatRequest', access, PATHS.heartbeat);
}

/** Reads the answer to {@link tokenRequest}. Never throws. */
export function parseTokenResponse(status: number, bodyText: string): ApiResult<TokenResponse> {
  return readAnswer(status, bodyText, LIMITS.maxInboundMessageBytes, (body) => validate(TokenResponseSchema, body));
}

/** Reads the answer to {@link heartbeatRequest}. Never throws. */
export function parseHeartbeatResponse(status: number, bodyText: string): ApiResult<HeartbeatResponse> {
  return readAnswer(status, bodyText, LIMITS.maxInboundMessageBytes, (body) => validate(HeartbeatResponseSchema, body));
}

function keyedRequest(builderName: string, { apiUrl, apiKey }: ApiAccess, path: string): HttpRequest {
  const issues = [...faultOfBaseUrl('apiUrl', apiUrl), ...faultOfWord('apiKey', apiKey)];
  if (issues.length > 0) throw new VendorOptionsError(builderName, issues);
  return {
    method: 'POST',
    url: urlBelow(apiUrl, path),
    // The vendor's page sends the content type although there is no body ([auth] "Token Endpoint").
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
  };
}
