// This file gets credentials from your own server over HTTP and says in a typed way why it could not.
import { createVoiceError } from '../errors.ts';
import { type FetchLike, type HttpAnswer, makeCall } from './httpCall.ts';

export interface FetchCredentialsOptions {
  readonly fetch: FetchLike;
  /** Default `POST`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Asks `url` and gives the JSON it answers with. Its shape is the vendor's to check, and it does, before it connects.
 * @throws {VoiceError} `credentials-rejected` (401), `credentials-forbidden` (403), `credentials-unavailable` (any other
 * failure status, or no answer), `credentials-invalid` (no JSON). The body is never quoted: it may hold secrets.
 */
export async function fetchCredentials<Credentials = unknown>(
  url: string,
  options: FetchCredentialsOptions,
): Promise<Credentials> {
  const { status, body } = await request(url, options);
  if (status < 200 || status > 299) throw errorOfStatus(status);
  try {
    return JSON.parse(body) as Credentials;
  } catch {
    // The parser's own message quotes the body, so it is not kept as the cause.
    throw createVoiceError('credentials-invalid', 'The credentials server did not answer with JSON.', {
      details: { status },
    });
  }
}

async function request(url: string, options: FetchCredentialsOptions): Promise<HttpAnswer> {
  const { fetch, method = 'POST', headers = {}, body } = options;
  try {
    return await makeCall(fetch, { url, method, headers, ...(body === undefined ? {} : { body }) });
  } catch (cause) {
    throw createVoiceError('credentials-unavailable', 'The credentials server could not be reached.', { cause });
  }
}

function errorOfStatus(status: number) {
  const details = { status };
  if (status === 401)
    return createVoiceError('credentials-rejected', 'The credentials server answered 401.', { details });
  if (status === 403)
    return createVoiceError('credentials-forbidden', 'The credentials server answered 403.', { details });
  return createVoiceError('credentials-unavailable', `The credentials server answered ${status}.`, { details });
}
