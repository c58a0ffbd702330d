// This file makes wire data fit to show: secrets masked, audio described, length bounded.

/** Stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Longest text that is shown of one message, in characters. Ours: a screen line or two, and a bound on the masking work. */
const MAX_SHOWN_CHARS = 500;

/**
 * A run of characters as keys and tokens have them: 25 or more. Words, and ids of 24 hex digits, stay readable below it; and
 * so does, first of the two, the name of a message's type, however long: small letters, with points and dashes.
 */
const OPAQUE_RUN = /("type"\s*:\s*"[a-z]+(?:[._-][a-z]+)+")|[\w\-+/=~.]{25,}/g;
const LAST_RUN = /[^\s"]+$/;

/** The value of a field whose name tells that it is secret. */
const SECRET_FIELD = /("[^"]*(?:token|secret|password|auth|key)[^"]*"\s*:\s*")(?:[^"\\]|\\.)*/gi;

/** What follows the word that announces a key in headers and in error texts that quote them. */
const BEARER = /(bearer\s+)[^\s"]+/gi;

/** What may be shown of binary audio. */
export function describeAudio(bytes: Uint8Array): string {
  return `[audio ${bytes.length} bytes]`;
}

/**
 * What may be shown of a text message by someone who does not know the secrets in it: values of secret-looking fields and
 * long opaque runs are masked.
 */
export function redactText(text: string): string {
  const masked = cutBetweenRuns(text)
    .replaceAll(SECRET_FIELD, `$1${REDACTED}`)
    .replaceAll(BEARER, `$1${REDACTED}`)
    .replaceAll(OPAQUE_RUN, (_, typeName?: string) => typeName ?? REDACTED);
  // Masks can be longer than what they hide, so the length is checked again.
  if (text.length <= MAX_SHOWN_CHARS && masked.length <= MAX_SHOWN_CHARS) return masked;
  return `${masked.slice(0, MAX_SHOWN_CHARS)}… (${text.length} characters)`;
}

/** A text of the vendor's for reports, by someone who knows the secret: masked wherever it occurs, and cut. */
export function maskSecret(text: string, secret: string): string {
  const masked = secret ? text.replaceAll(secret, REDACTED) : text;
  return masked.length > MAX_SHOWN_CHARS ? `${masked.slice(0, MAX_SHOWN_CHARS)}…` : masked;
}

// A secret that the cut shortens might fall below the length that is masked, so a run that reaches the cut goes whole.
function cutBetweenRuns(text: string): string {
  return text.length <= MAX_SHOWN_CHARS ? text : text.slice(0, MAX_SHOWN_CHARS).replace(LAST_RUN, '');
}
