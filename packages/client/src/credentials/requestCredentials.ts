// This file gets credentials from a vendor with the vendor's key, on a server, and says in a typed way why it could not.
import type { CredentialsFailureCode, HttpRequest, ParseIssue } from '@voicewire/protocol';
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { type FetchLike, type HttpAnswer, makeCall } from './httpCall.ts';
import { isBrowser } from './isBrowser.ts';

/** What the vendor's reader makes of an answer; `ApiResult` of the protocol package fits. */
export type AnswerReading<Answer> =
  | { readonly ok: true; readonly message: Answer }
  | { readonly ok: false; readonly code: CredentialsFailureCode; readonly issues: readonly ParseIssue[] };

/** Reads an answer. Never throws, and no issue quotes a value. */
export type AnswerReader<Answer> = (status: number, bodyText: string) => AnswerReading<Answer>;

/** How to call. */
export interface RequestCredentialsOptions {
  readonly fetch: FetchLike;
  /** Measures `limitMs`; on Node, `nodeClock`. */
  readonly clock: Clock;
  /** Longest wait for the whole answer, in ms, above 0; what comes later is not read. Default 10,000. */
  readonly limitMs?: number;
  /** The request holds a key that whoever opens a page can read. True makes the call from a page all the same. */
  readonly dangerouslyAllowBrowser?: boolean;
}

/** Ours: a slow sign-in takes a second or two, and a user is waiting. */
const DEFAULT_LIMIT_MS = 10_000;

const HAPPENED: Readonly<Record<CredentialsFailureCode, string>> = {
  'credentials-rejected': 'The vendor refused the key',
  'credentials-forbidden': 'The vendor knows the key, and does not let it do this',
  'credentials-unavailable': 'The vendor could not answer',
  'credentials-invalid': 'The answer is not what the vendor should give',
};

/** What Node and its `fetch` call the faults of networks. */
const NETWORK_FAULT = /^(?:E[A-Z]{3,15}|EAI_[A-Z]{3,15}|UND_ERR_[A-Z_]{3,30}|[A-Z_]{0,30}CERT[A-Z_]{0,30})$/;

/**
 * Makes a call that a vendor's folder describes, and gives what its reader finds in the answer. For servers: the request
 * holds the vendor's key. Redirects are not followed, since `fetch` would hand the key to wherever they lead. One call,
 * without retries.
 *
 * @throws {VoiceError} `credentials-rejected`, `credentials-forbidden`, `credentials-unavailable` (also: no answer, then
 * with `details.networkFault` where the platform names one), `credentials-invalid` (with `details.issues`);
 * `credentials-timeout`, `invalid-option`, `secret-in-browser` (called in a page). `details.status` is the answer's. No error quotes
 * the request or the answer, and none has a cause: what platforms throw may quote a header.
 */
export async function requestCredentials<Answer>(
  request: HttpRequest,
  read: AnswerReader<Answer>,
  options: RequestCredentialsOptions,
): Promise<Answer> {
  const { limitMs = DEFAULT_LIMIT_MS, clock } = options;
  checkPlace(options.dangerouslyAllowBrowser === true);
  checkLimit(limitMs);
  const { status, body } = await within(limitMs, clock, callVendor(request, options.fetch));
  const result = read(status, body);
  if (result.ok) return result.message;
  const { code, issues } = result;
  const details = issues.length > 0 ? { status, issues } : { status };
  throw createVoiceError(code, `${HAPPENED[code]} (status ${status}).`, { details });
}

async function callVendor(request: HttpRequest, fetch: FetchLike): Promise<HttpAnswer> {
  try {
    return await makeCall(fetch, request, 'manual');
  } catch (thrown) {
    throw unreachable(thrown, request);
  }
}

/** The name of the fault is all that is kept of what was thrown, and only where it cannot be a piece of the request. */
function unreachable(thrown: unknown, request: HttpRequest): VoiceError {
  const fault = codeOf(thrown) ?? codeOf(thrown instanceof Error ? thrown.cause : undefined);
  const isSent = fault !== undefined && JSON.stringify(request).includes(fault);
  const details = fault === undefined || isSent ? {} : { networkFault: fault };
  return createVoiceError('credentials-unavailable', 'The vendor could not be reached.', { details });
}

function codeOf(thrown: unknown): string | undefined {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
  return typeof code === 'string' && NETWORK_FAULT.test(code) ? code : undefined;
}

function within<Value>(limitMs: number, clock: Clock, pending: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(limitMs, () =>
      reject(createVoiceError('credentials-timeout', `No answer came within ${limitMs} ms.`, { details: { limitMs } })),
    );
    pending.then(resolve, reject).finally(() => clock.clearTimer(timer));
  });
}

function checkPlace(isAllowedAnywhere: boolean): void {
  if (isAllowedAnywhere || !isBrowser(globalThis)) return;
  throw createVoiceError(
    'secret-in-browser',
    "This call holds the vendor's key, and in a browser everyone can read it: make it on your server.",
    { details: { dangerouslyAllowBrowser: false } },
  );
}

function checkLimit(limitMs: number): void {
  if (limitMs > 0 && limitMs < Number.POSITIVE_INFINITY) return;
  throw createVoiceError('invalid-option', `The limit is ${limitMs} ms, but must be above 0.`, {
    details: { limitMs },
  });
}
