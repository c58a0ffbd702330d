// This file describes the call that creates a session, and reads its answer. For servers: it needs the account's key.
import * as v from 'valibot';
import type { HttpRequest } from '../neutral/http.ts';
import { VendorOptionsError } from '../neutral/vendorOptionsError.ts';
import { type ApiResult, faultOfBaseUrl, faultOfWord, readAnswer, urlBelow } from '../wire/httpAnswer.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS, PATHS, URLS } from './constants.ts';

/** Body of the answer to {@link sessionRequest}. [session]. */
export const SessionAnswerSchema = v.looseObject({
  /** False where the call failed in spite of its HTTP status. */
  status: v.literal(true),
  message: v.nullish(v.string()),
  data: v.looseObject({ session_id: v.pipe(v.string(), v.nonEmpty('a session id')) }),
});
export type SessionAnswer = v.InferOutput<typeof SessionAnswerSchema>;

/** Whose session to create. */
export interface SessionRequestOptions {
  readonly agentId: string;
  /** Secret and long-lived: keep it on a server. */
  readonly privateKey: string;
  /** Base URL of the API, with or without a final slash. Default `https://api.soca.ai`. */
  readonly apiUrl?: string;
}

/**
 * The call for a session of one agent; the id it gives goes into `credentials.sessionId`.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for an unusable URL, key or id.
 */
export function sessionRequest({ agentId, privateKey, apiUrl = URLS.api }: SessionRequestOptions): HttpRequest {
  const issues = [
    ...faultOfWord('agentId', agentId),
    ...faultOfWord('privateKey', privateKey),
    ...faultOfBaseUrl('apiUrl', apiUrl),
  ];
  if (issues.length > 0) throw new VendorOptionsError('sessionRequest', issues);
  return {
    method: 'POST',
    url: urlBelow(apiUrl, PATHS.session) + encodeURIComponent(agentId),
    headers: { private_key: privateKey },
  };
}

/** Reads the answer to {@link sessionRequest}: the id is `message.data.session_id`. Never throws. */
export function parseSessionAnswer(status: number, bodyText: string): ApiResult<SessionAnswer> {
  return readAnswer(status, bodyText, LIMITS.maxInboundMessageBytes, (body) => validate(SessionAnswerSchema, body));
}
