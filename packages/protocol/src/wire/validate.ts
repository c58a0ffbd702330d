// This file runs a schema over untrusted data and words what is wrong with it.
import * as v from 'valibot';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { describeValue, failWith } from './issues.ts';

/** Issues that are told of one message. Ours: more than a reader wants, and a list of a million faults has a million. */
const MAX_ISSUE_COUNT = 100;

/**
 * Checks `value` against `schema`. Never throws. An action's message in a schema is read as the words for `expected`:
 * `v.regex(URL_PATTERN, 'a wss:// URL')`.
 */
export function validate<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown): ParseResult<Output> {
  try {
    const result = v.safeParse(schema, value);
    return result.success
      ? { ok: true, message: result.output }
      : { ok: false, issues: result.issues.slice(0, MAX_ISSUE_COUNT).map((issue) => wordIssue(schema, issue)) };
  } catch {
    // JSON cannot get here; a getter or proxy in an object that the application made can.
    return failWith('readable properties', 'one that throws');
  }
}

function wordIssue(schema: v.GenericSchema, issue: v.BaseIssue<unknown>): ParseIssue {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const isMissing = issue.path?.at(-1)?.origin === 'key';
  return {
    path,
    expected: isMissing
      ? expectedAt(schema, path)
      : issue.kind === 'schema'
        ? (issue.expected ?? 'another value')
        : issue.message,
    received: isMissing ? 'nothing' : describeValue(issue.input),
  };
}

/** For a missing key the library names the key; the reader wants the type that belongs there. */
function expectedAt(schema: v.GenericSchema, path: ParseIssue['path']): string {
  let current: { readonly expects?: string; readonly entries?: Readonly<Record<string, object>> } | undefined = schema;
  for (const key of path) current = current?.entries?.[key];
  return current?.expects ?? 'a value';
}
