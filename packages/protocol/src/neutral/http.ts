// This file describes HTTP calls as values, so that whoever has a network can make them: a page, a server, a test.

/** One HTTP request. `headers` may hold a secret: never log it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Why a credentials server gave no credentials. They are error codes of the client.
 * - `credentials-rejected`: the key is wrong or missing.
 * - `credentials-forbidden`: the key is right, and what it opens is switched off.
 * - `credentials-unavailable`: the server has trouble; the only one worth a retry.
 * - `credentials-invalid`: the answer could not be read.
 */
export type CredentialsFailureCode =
  | 'credentials-rejected'
  | 'credentials-forbidden'
  | 'credentials-unavailable'
  | 'credentials-invalid';
