// This file takes a connection's own secrets out of whatever the other end says, before anybody reads it.

/** Names of fields whose values are secret. */
const SECRET_FIELD = /token|key|secret|password|auth/i;
/** Values in the query of an address, and what stands before its host: some vendors put a secret there. */
const URL_VALUE = /[?&][^=&#]*=([^&#]+)|^\w+:\/\/([^/?#@]+)@/g;
/** Shorter words would be masked where they are none. */
export const MIN_SECRET_CHARS = 8;
export const REDACTED = '[redacted]';

/** Gives texts without the secrets of one connection. */
export type SecretFilter = (text: string) => string;

/** Every secret of `credentials`, longest first, so that none is left of one that holds another. */
export function secretsOf(credentials: unknown): readonly string[] {
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(credentials ?? {}) as [string, unknown][]) {
    if (typeof value !== 'string') continue;
    if (SECRET_FIELD.test(name)) secrets.add(value);
    if (/^\w+:\/\//.test(value)) for (const match of value.matchAll(URL_VALUE)) secrets.add(match[1] ?? match[2] ?? '');
  }
  return [...secrets].filter(({ length }) => length >= MIN_SECRET_CHARS).sort((a, b) => b.length - a.length);
}

/**
 * Servers quote tokens in errors, in reasons of closes, in messages that nobody knows. What went through here shows none, so
 * that no event, error, report or log made of it can.
 */
export function createSecretFilter(credentials: unknown): SecretFilter {
  const secrets = secretsOf(credentials);
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, REDACTED), text);
}
