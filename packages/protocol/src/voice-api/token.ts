// This file describes the two HTTP calls of the Voice API and reads their answers. For servers: they need the API key.
import type { CredentialsFailureCode, HttpRequest } from '../neutral/http.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import { describeValue } from '../wire/issues.ts';
import { parseJsonObject } from '../wire/parseJsonObject.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS, PATHS } from './constants.ts';
import {
  HeartbeatResponseSchema,
  TokenResponseSchema,
  type HeartbeatResponse,
  type TokenResponse,
} from './messages.ts';

/** Where the API is and what opens it. */
export interface ApiAccess {
  /** Base URL of the API, http or https, with or without a final slash. The vendor publishes no default. */
  readonly apiUrl: string;
  /** Secret and long-lived: keep it on a server. */
  readonly apiKey: string;
}

/** Why a call gave nothing. */
export interface ApiFailure {
  readonly ok: false;
  readonly code: CredentialsFailureCode;
  /** True when the same call may work later. */
  readonly retryable: boolean;
  /** The HTTP status that was answered. */
  readonly status: number;
  /** What could not be read; empty when the status alone tells. Never holds a secret. */
  readonly issues: readonly ParseIssue[];
}

/** What a call gave. Also a `ParseResult`. */
export type ApiResult<Body> = { readonly ok: true; readonly message: Body } | ApiFailure;

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
  return readAnswer(status, bodyText, (body) => validate(TokenResponseSchema, body));
}

/** Reads the answer to {@link heartbeatRequest}. Never throws. */
export function parseHeartbeatResponse(status: number, bodyText: string): ApiResult<HeartbeatResponse> {
  return readAnswer(status, bodyText, (body) => validate(HeartbeatResponseSchema, body));
}

// A path before ours is kept (an API behind a gateway); a query or fragment could not be.
const HTTP_URL = /^https?:\/\/[^\s\p{Cc}/?#][^\s\p{Cc}?#]*$/iu;
// What a header value may hold without quoting or folding.
const HEADER_TOKEN = /^[\x21-\x7e]+$/;

function keyedRequest(builderName: string, { apiUrl, apiKey }: ApiAccess, path: string): HttpRequest {
  const issues: ParseIssue[] = [];
  if (typeof apiUrl !== 'string' || !HTTP_URL.test(apiUrl)) {
    issues.push({
      path: ['apiUrl'],
      expected: 'an http:// or https:// URL without query or fragment',
      received: describeValue(apiUrl),
    });
  }
  if (typeof apiKey !== 'string' || !HEADER_TOKEN.test(apiKey)) {
    issues.push({ path: ['apiKey'], expected: 'printable ASCII without spaces', received: describeValue(apiKey) });
  }
  if (issues.length > 0) throw new VendorOptionsError(builderName, issues);
  return {
    method: 'POST',
    url: withoutFinalSlashes(apiUrl) + path,
    // The vendor's page sends the content type although there is no body ([auth] "Token Endpoint").
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
  };
}

function withoutFinalSlashes(url: string): string {
  let end = url.length;
  while (url.charAt(end - 1) === '/') end--;
  return url.slice(0, end);
}

function readAnswer<Body>(
  status: number,
  bodyText: string,
  read: (body: unknown) => ParseResult<Body>,
): ApiResult<Body> {
  const failure = failureOfStatus(status);
  if (failure !== undefined) return { ok: false, ...failure, status, issues: [] };
  const parsed = parseJsonObject(bodyText, LIMITS.maxInboundMessageBytes);
  const result = parsed.ok ? read(parsed.message) : parsed;
  return result.ok
    ? result
    : { ok: false, code: 'credentials-invalid', retryable: false, status, issues: result.issues };
}

/**
 * [auth] documents 200, 401, 403 and 500. The rest is our reading: every 5xx, "too many requests" and a timed-out request
 * pass with time, and any other status means that the URL is not this API.
 */
function failureOfStatus(
  status: number,
): { readonly code: CredentialsFailureCode; readonly retryable: boolean } | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return { code: 'credentials-rejected', retryable: false };
  if (status === 403) return { code: 'credentials-forbidden', retryable: false };
  if (status >= 500 || status === 429 || status === 408) return { code: 'credentials-unavailable', retryable: true };
  return { code: 'credentials-invalid', retryable: false };
}
