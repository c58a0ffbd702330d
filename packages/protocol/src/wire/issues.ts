// This file words parse issues. They name what was found by its type only, so that none can carry a secret or audio.
import type { ParseIssue } from '../neutral/parseResult.ts';
import type { SessionEvent } from '../neutral/session.ts';

/** What a value is, in a word or two. Never its content. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** The one issue with the option `name`, or none: a list, to be spread into that of the other options. */
export function faultWhere(isFault: boolean, name: string, expected: string, received: string): ParseIssue[] {
  return isFault ? [{ path: [name], expected, received }] : [];
}

/** The issues of what stands below `key`. */
export function issuesBelow(key: string | number, issues: readonly ParseIssue[]): ParseIssue[] {
  return issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
}

/** The event of a message that was dropped, or in part. */
export function malformed(
  expected: string,
  received: string,
  path: ParseIssue['path'],
): Extract<SessionEvent, { type: 'malformedMessage' }> {
  return { type: 'malformedMessage', issues: failWith(expected, received, path).issues };
}

/** A failed result with one issue: `value` is not what was expected. */
export function failUnlike(expected: string, value: unknown, path?: ParseIssue['path']): ReturnType<typeof failWith> {
  return failWith(expected, describeValue(value), path);
}

/** A failed result with one issue. `path` is empty for a fault of the message as a whole. */
export function failWith(
  expected: string,
  received: string,
  path: ParseIssue['path'] = [],
): { readonly ok: false; readonly issues: readonly ParseIssue[] } {
  return { ok: false, issues: [{ path, expected, received }] };
}
