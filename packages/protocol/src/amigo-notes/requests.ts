// This file describes the HTTP calls of Amigo's voice notes as values, and reads the answers that are not streams.
import { PLACE_RULES, type Place, faultOfId, organizationUrl } from '../amigo-shared/place.ts';
import type { HttpRequest } from '../neutral/http.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { faultsOfTexts } from '../neutral/vendorOptions.ts';
import type { TextRules } from '../wire/shape.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import type { FormRequest } from '../neutral/voiceNote.ts';
import { HEADER_TOKEN, faultOfWord } from '../wire/httpAnswer.ts';
import { describeValue } from '../wire/issues.ts';
import { parseJsonObject } from '../wire/parseJsonObject.ts';
import { validate } from '../wire/validate.ts';
import { encodeClientMessage } from './codec.ts';
import { LIMITS } from './constants.ts';
import { ListResponseSchema, SourceResponseSchema, type ListResponse, type SourceResponse } from './schemas.ts';
import type { ClientMessage, CreateBody, CreateQuery, InteractQuery, ListQuery } from './requestMessages.ts';

/** Where the API is and what opens it. */
export interface NotesAccess extends Place {
  /** Secret: a user's token, from the sign-in call. */
  readonly token: string;
  /** Where the token was issued by another organization: that one's id. */
  readonly tokenOrganization?: string;
  /** For organizations on clusters of their own. */
  readonly mongoClusterName?: string;
}

const ACCESS_RULES: TextRules = {
  ...PLACE_RULES,
  'tokenOrganization?': HEADER_TOKEN,
  'mongoClusterName?': HEADER_TOKEN,
};

const NDJSON_TYPE = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

/**
 * Makes a conversation; the answer is a stream that begins with `conversation-created`. A user has at most one unfinished
 * conversation per service.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for unusable access or ids; so do all builders here.
 */
export function createRequest(access: NotesAccess, query: CreateQuery, body: CreateBody): HttpRequest {
  check('createRequest', access, faultOfId('service_id', body.service_id));
  return {
    method: 'POST',
    url: urlOf(access, 'conversation/', { ...query }),
    headers: { ...headersOf(access, NDJSON_TYPE), 'Content-Type': JSON_TYPE },
    body: JSON.stringify(body),
  };
}

/** Sends a message to a conversation; the answer is a stream. Never repeat it by itself: the user would say it twice. */
export function interactRequest(
  access: NotesAccess,
  conversationId: string,
  query: InteractQuery,
  message: ClientMessage,
): FormRequest {
  check('interactRequest', access, faultOfId('conversationId', conversationId));
  return {
    method: 'POST',
    // No slash at the end, unlike the other paths: with one, the path does not exist.
    url: urlOf(access, `conversation/${conversationId}/interact`, { ...query }),
    headers: headersOf(access, NDJSON_TYPE),
    form: encodeClientMessage(message),
  };
}

/** Ends a conversation. 204; also see `judgeFinish`. */
export function finishRequest(access: NotesAccess, conversationId: string): HttpRequest {
  check('finishRequest', access, faultOfId('conversationId', conversationId));
  return {
    method: 'POST',
    url: urlOf(access, `conversation/${conversationId}/finish/`, {}),
    headers: headersOf(access, JSON_TYPE),
  };
}

/** Lists conversations, for instance the unfinished one that keeps another from being made. */
export function listRequest(access: NotesAccess, query: ListQuery): HttpRequest {
  const ids = [...(query.service_id ?? []), ...(query.id ?? [])];
  check('listRequest', access, [...ids.flatMap((id) => faultOfId('query', id)), ...faultOfCount(query.limit)]);
  return { method: 'GET', url: urlOf(access, 'conversation/', { ...query }), headers: headersOf(access, JSON_TYPE) };
}

/** Asks for the recording of a message. `isLongLived`: for 12 hours, which the vendor advises against. */
export function sourceRequest(
  access: NotesAccess,
  conversationId: string,
  messageId: string,
  isLongLived = false,
): HttpRequest {
  check('sourceRequest', access, [
    ...faultOfId('conversationId', conversationId),
    ...faultOfId('messageId', messageId),
  ]);
  const path = `conversation/${conversationId}/messages/${messageId}/source`;
  const url = urlOf(access, path, { long_lived: isLongLived });
  return { method: 'GET', url, headers: headersOf(access, JSON_TYPE) };
}

/** Reads a 200 to {@link listRequest}. Never throws. */
export function parseListResponse(bodyText: string): ParseResult<ListResponse> {
  const parsed = parseJsonObject(bodyText, LIMITS.maxAnswerBytes);
  return parsed.ok ? validate(ListResponseSchema, parsed.message) : parsed;
}

/** Reads a 200 to {@link sourceRequest}. Never throws. The URL in it opens the recording: treat it as a secret. */
export function parseSourceResponse(bodyText: string): ParseResult<SourceResponse> {
  const parsed = parseJsonObject(bodyText, LIMITS.maxAnswerBytes);
  return parsed.ok ? validate(SourceResponseSchema, parsed.message) : parsed;
}

/** What is wrong with the place or the headers of an access; not with its token, which comes later. */
export function faultsOfAccess(access: Omit<NotesAccess, 'token'> | undefined): readonly ParseIssue[] {
  return faultsOfTexts(ACCESS_RULES, access);
}

function check(builderName: string, access: NotesAccess, issues: readonly ParseIssue[]): void {
  const all = [...faultsOfAccess(access), ...faultOfWord('token', access.token), ...issues];
  if (all.length > 0) throw new VendorOptionsError(builderName, all);
}

function faultOfCount(limit: number | undefined): ParseIssue[] {
  if (limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= LIMITS.maxListCount)) return [];
  return [{ path: ['limit'], expected: `1 to ${LIMITS.maxListCount}`, received: describeValue(limit) }];
}

function headersOf(access: NotesAccess, accept: string): Record<string, string> {
  const { token, tokenOrganization, mongoClusterName } = access;
  return {
    Authorization: `Bearer ${token}`,
    Accept: accept,
    ...(tokenOrganization === undefined ? {} : { 'X-ORG-ID': tokenOrganization }),
    ...(mongoClusterName === undefined ? {} : { 'x-mongo-cluster-name': mongoClusterName }),
  };
}

/** Lists are repeated keys; objects are JSON text, as both SDKs send them. */
function urlOf(access: NotesAccess, path: string, query: Readonly<Record<string, unknown>>): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const each of all) {
      const text = typeof each === 'string' ? each : JSON.stringify(each);
      pairs.push(`${name}=${encodeURIComponent(text)}`);
    }
  }
  const url = organizationUrl(access, path);
  return pairs.length === 0 ? url : `${url}?${pairs.join('&')}`;
}
