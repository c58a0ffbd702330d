// This file says what a parser may give for hostile input: a message, or issues that are short and quote nothing.
import type { ParseResult } from '../src/neutral/parseResult.ts';

/** Planted in inputs; must turn up in no issue. */
export const CANARY = 'eyJjYW5hcnki.canary-0f1e2d3c4b5a';

/** An issue is a phrase, not a copy of the message. */
const MAX_ISSUE_CHARS = 120;

/** What is wrong with a parse result; `undefined` when nothing is. */
export function faultOfResult(result: ParseResult<unknown>): string | undefined {
  if (result.ok) return typeof result.message === 'object' ? undefined : `a message that is a ${typeof result.message}`;
  if (result.issues.length === 0) return 'a refusal without an issue';
  for (const { path, expected, received } of result.issues) {
    const text = `${path.join('.')}|${expected}|${received}`;
    if (text.includes(CANARY)) return `an issue that quotes the input: ${text}`;
    if (text.length > MAX_ISSUE_CHARS) return `an issue of ${text.length} characters: ${text}`;
  }
  return undefined;
}

/** Puts the canary into the text, preferably as the value of a field. */
export function plantCanary(text: string): string {
  return text.includes('":"') ? text.replace('":"', `":"${CANARY}`) : text + CANARY;
}
