// This file defines what every parser returns: a message, or the reasons why there is none.

/** One reason why wire data does not fit, with the place of the fault. Never holds audio or secrets. */
export interface ParseIssue {
  /** Keys from the root of the message to the fault; empty for the message as a whole. */
  readonly path: readonly (string | number)[];
  /** What the schema asks for, in words. */
  readonly expected: string;
  /** What was found: a type, or a short literal. */
  readonly received: string;
}

/** Result of parsing untrusted data. Parsers return it and never throw. */
export type ParseResult<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly issues: readonly ParseIssue[] };
