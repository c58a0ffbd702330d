// This file words why a command is refused, alike for all vendors.
import { failWith, issuesBelow } from '../wire/issues.ts';
import type { ParseIssue, ParseResult } from './parseResult.ts';
import type { SessionCommand } from './session.ts';

/**
 * Issues for a command that is legal at other times, or that the vendor does not have at all.
 * @param phase The vendor session's own word for now.
 */
export function notNow({ type }: SessionCommand, phase: string): readonly ParseIssue[] {
  return failWith('another command', `${type} while ${phase}`, ['type']).issues;
}

/**
 * Reads the message of a `sendRaw` as the vendor's own parser would on the other side. Never throws: the message comes
 * from an application and can be anything.
 */
export function parseRawCommand<Message>(
  message: unknown,
  parse: (text: string) => ParseResult<Message>,
): ParseResult<Message> {
  let text: string | undefined;
  try {
    // `undefined` for functions and the like, whatever the declared type says.
    text = JSON.stringify(message) as string | undefined;
  } catch {
    // Cycles, BigInt, and getters that throw.
  }
  const parsed: ParseResult<Message> =
    text === undefined
      ? { ok: false, issues: [{ path: [], expected: 'a message that JSON can hold', received: typeof message }] }
      : parse(text);
  if (parsed.ok) return parsed;
  return { ok: false, issues: issuesBelow('message', parsed.issues) };
}
