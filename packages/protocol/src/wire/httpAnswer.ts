// This file reads the answers of a vendor's HTTP API, and checks what goes into the calls.
import type { CredentialsFailureCode } from '../neutral/http.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { HTTP_URL, faultsOfTexts } from '../neutral/vendorOptions.ts';
import type { TextRule } from './shape.ts';
import { parseJsonObject } from './parseJsonObject.ts';

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

/** Reads the body of a successful answer, and the meaning of any other. Never throws. */
export function readAnswer<Body>(
  status: number,
  bodyText: string,
  maxBytes: number,
  read: (body: unknown) => ParseResult<Body>,
): ApiResult<Body> {
  const fail = (code: CredentialsFailureCode, issues: readonly ParseIssue[] = []): ApiFailure => {
    return { ok: false, code, retryable: code === 'credentials-unavailable', status, issues };
  };
  const code = failureOfStatus(status);
  if (code !== undefined) return fail(code);
  const parsed = parseJsonObject(bodyText, maxBytes);
  const result = parsed.ok ? read(parsed.message) : parsed;
  return result.ok ? result : fail('credentials-invalid', result.issues);
}

/**
 * 401, 403 and 500 are documented by those vendors that document any. The rest is our reading: every 5xx, "too many
 * requests" and a timed-out request pass with time, and any other status means that the URL is not the API.
 */
function failureOfStatus(status: number): CredentialsFailureCode | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return 'credentials-rejected';
  if (status === 403) return 'credentials-forbidden';
  if (status >= 500 || status === 429 || status === 408) return 'credentials-unavailable';
  return 'credentials-invalid';
}

/** What a header value may hold without quoting or folding. */
export const HEADER_TOKEN: TextRule = [/^[\x21-\x7e]+$/, 'printable ASCII without spaces'];

/** A fault when `value` cannot be the base URL of an API. */
export function faultOfBaseUrl(name: string, value: unknown): readonly ParseIssue[] {
  return faultsOfTexts({ [name]: HTTP_URL }, { [name]: value });
}

/** A fault when `value` cannot stand in a header or a path as one word. Quotes nothing. */
export function faultOfWord(name: string, value: unknown): readonly ParseIssue[] {
  return faultsOfTexts({ [name]: HEADER_TOKEN }, { [name]: value });
}

/** `baseUrl` with `path` below it, however many slashes it ends in. */
export function urlBelow(baseUrl: string, path: string): string {
  let end = baseUrl.length;
  while (baseUrl.charAt(end - 1) === '/') end--;
  return baseUrl.slice(0, end) + path;
}
