// This file checks the options and the credentials of vendors, by rules written down as data.
import { describeValue, failWith } from '../wire/issues.ts';
import type { ParseIssue, ParseResult } from './parseResult.ts';
import { VendorOptionsError } from './vendorOptionsError.ts';

/** What a text has to be: one of the words between bars, or what fits a pattern, which is described in words. */
export type TextRule = string | PatternRule;
export type PatternRule = readonly [pattern: RegExp, expected: string];

/** Rules by name; a name that ends in `?` may be missing. Options and fields that have none may hold anything. */
export type TextRules = Readonly<Record<string, TextRule>>;

/** Any text but the empty one. */
export const ANY_WORD: PatternRule = [/[^]/, 'a text that is not empty'];

/**
 * What the WebSocket constructor takes. No platform URL class here (this package compiles without one). One character stands
 * for the whole host: a second `+` before the `*` would take quadratic time to fail.
 */
export const WEB_SOCKET_URL: PatternRule = [
  /^wss?:\/\/[^\s\p{Cc}/?#][^\s\p{Cc}#]*$/iu,
  'a ws:// or wss:// URL without a fragment',
];

/** Base URL of an API. A path before ours is kept (an API behind a gateway); a query or fragment could not be. */
export const HTTP_URL: PatternRule = [
  /^https?:\/\/[^\s\p{Cc}/?#][^\s\p{Cc}?#]*$/iu,
  'an http:// or https:// URL without query or fragment',
];

/** What is wrong with `given`; where that is no object, everything is missing. Quotes nothing. */
export function faultsOfTexts(rules: TextRules, given: unknown): ParseIssue[] {
  return Object.entries(rules).flatMap(([key, rule]) => {
    const name = nameOf(key);
    const value = fieldOf(given, name);
    const [pattern, expected] = typeof rule === 'string' ? [new RegExp(`^(?:${rule})$`), rule] : rule;
    const fits = typeof value === 'string' ? pattern.test(value) : value === undefined && name !== key;
    return fits ? [] : [{ path: [name], expected, received: describeValue(value) }];
  });
}

/** Reads from the object `given` the texts that have a rule, and nothing else. Never throws. Issues quote nothing. */
export function readTexts<Fields>(rules: TextRules, given: unknown): ParseResult<Fields> {
  const names = Object.keys(rules).map(nameOf);
  if (typeof given !== 'object' || given === null) return failWith(`{ ${names.join(', ')} }`, describeValue(given));
  try {
    // Each is read once: what was checked is what is used, whatever a getter says the next time.
    const entries = names.map((name) => [name, fieldOf(given, name)] as const);
    const fields = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    const issues = faultsOfTexts(rules, fields);
    return issues.length > 0 ? { ok: false, issues } : { ok: true, message: fields as Fields };
  } catch {
    return failWith('readable properties', 'one that throws');
  }
}

/**
 * Throws unless there are no `faults`, and `options.credentials` is a function, or credentials that `parseCredentials` takes.
 * @throws {VendorOptionsError} `invalid-vendor-options`
 */
export function checkOptions(
  factoryName: string,
  options: { readonly credentials: unknown },
  parseCredentials: (value: unknown) => ParseResult<unknown>,
  faults: readonly ParseIssue[] = [],
): void {
  const source = fieldOf(options, 'credentials');
  const parsed = typeof source === 'function' ? undefined : parseCredentials(source);
  const credentialsIssues = parsed?.ok === false ? parsed.issues : [];
  const issues = [...faults, ...credentialsIssues.map((issue) => ({ ...issue, path: ['credentials', ...issue.path] }))];
  if (issues.length > 0) throw new VendorOptionsError(factoryName, issues);
}

// Callers without types get a sentence, not "cannot read properties of undefined".
function fieldOf(given: unknown, name: string): unknown {
  return (given as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

function nameOf(key: string): string {
  return key.replace('?', '');
}
