// This file checks the options and the credentials of vendors, by rules written down as data.
import { failWith, issuesBelow } from '../wire/issues.ts';
import type { JsonObject } from '../wire/parseJsonObject.ts';
import { type TextRule, type TextRules, faultsOf, resultOf } from '../wire/shape.ts';
import type { ParseIssue, ParseResult } from './parseResult.ts';
import { VendorOptionsError } from './vendorOptionsError.ts';

/** Any text but the empty one. */
export const ANY_WORD: TextRule = [/[^]/, 'a text'];

/**
 * What the WebSocket constructor takes. No platform URL class here (this package compiles without one). One character stands
 * for the whole host: a second `+` before the `*` would take quadratic time to fail.
 */
export const WEB_SOCKET_URL: TextRule = [/^wss?:\/\/[^\s\p{Cc}/?#][^\s\p{Cc}#]*$/iu, 'a ws(s):// URL without #'];

/** Base URL of an API. A path before ours is kept (an API behind a gateway); a query or fragment could not be. */
export const HTTP_URL: TextRule = [
  /^https?:\/\/[^\s\p{Cc}/?#][^\s\p{Cc}?#]*$/iu,
  'an http:// or https:// URL without query or fragment',
];

/** The rule of a text that is one of these words. */
export function oneOf(...words: readonly string[]): TextRule {
  return [new RegExp(`^(?:${words.join('|')})$`), words.join(' or ')];
}

/** What is wrong with `given`; where that is no object, everything is missing. Quotes nothing. */
export function faultsOfTexts(rules: TextRules, given: unknown): readonly ParseIssue[] {
  return faultsOf(rules, given ?? {});
}

/** Reads from the object `given` the texts that have a rule, and nothing else. Never throws. Issues quote nothing. */
export function readTexts<Fields>(rules: TextRules, given: unknown): ParseResult<Fields> {
  try {
    // Each is read once: what was checked is what is used, whatever a getter says the next time.
    const fields: JsonObject = {};
    for (const key of Object.keys(rules)) {
      const name = key.replace('?', '');
      const value = (given as JsonObject | undefined)?.[name];
      if (value !== undefined) fields[name] = value;
    }
    return resultOf(faultsOf(rules, typeof given === 'object' ? given && fields : given), fields as Fields);
  } catch {
    return failWith('readable fields', 'others');
  }
}

/**
 * Throws unless there are no `faults`, and `options.credentials` is a function, or credentials that `parseCredentials` takes.
 * @throws {VendorOptionsError} `invalid-vendor-options`
 */
export function checkOptions(
  factoryName: string,
  options: { readonly credentials: unknown } | undefined,
  parseCredentials: (value: unknown) => ParseResult<unknown>,
  faults: readonly ParseIssue[] = [],
): void {
  // Callers without types get a sentence, not "cannot read properties of undefined".
  const source = options?.credentials;
  const parsed = typeof source !== 'function' && parseCredentials(source);
  const issues = parsed && !parsed.ok ? [...faults, ...issuesBelow('credentials', parsed.issues)] : faults;
  if (issues.length > 0) throw new VendorOptionsError(factoryName, issues);
}
