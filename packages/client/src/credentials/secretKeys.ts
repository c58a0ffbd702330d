// This file knows long-lived keys by their looks, and keeps them out of browsers, where everybody could read them.
import { createVoiceError } from '../errors.ts';
import { isBrowser } from './isBrowser.ts';

/** Names of fields that hold an account's key. Tokens, which are made to be handed out, are not among them. */
const KEY_FIELD = /^(?:private|secret|account|api)[-_]?key$|^(?:client[-_]?)?secret$|^password$/i;
/**
 * How vendors' long-lived keys begin: `sk-` and its like, by the habit of the field. Tokens are JWTs (`eyJ`), or begin with
 * other words, such as `ek_` and `rt_`.
 */
const KEY_VALUE = /^(?:sk|rk|pk_live|api[-_]?key|private[-_]?key|secret)[-_]/i;

/** Name of the first field that holds a long-lived key; `undefined` where none does. Only fields of `given` itself. */
export function findSecretKey(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const entries: [string, unknown][] = Object.entries(given);
  return entries.find(([name, value]) => {
    if (typeof value !== 'string' || value === '') return false;
    return KEY_FIELD.test(name) || KEY_VALUE.test(value.trim().replace(/^bearer\s+/i, ''));
  })?.[0];
}

/**
 * Throws where credentials hold a long-lived key and whoever opens the page can read it.
 * @throws {StateError} `secret-in-browser`, with the name of the field and nothing of its value.
 */
export function refuseSecretKey(given: unknown, isAllowedAnywhere: boolean): void {
  if (isAllowedAnywhere || !isBrowser(globalThis)) return;
  const field = findSecretKey(given);
  if (field === undefined) return;
  throw createVoiceError('secret-in-browser', `The credentials hold a long-lived key, in "${field}".`, {
    details: { field, dangerouslyAllowBrowser: false },
  });
}
