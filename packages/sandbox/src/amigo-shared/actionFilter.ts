// This file decides which agent actions a client wants to hear of: an RE2 expression on their types.
import { RE2JS } from 're2js';

/** Longest pattern that is read, in characters. */
const MAX_PATTERN_CHARS = 256;
/** Largest compiled pattern, in instructions; a match costs at most that many steps per character. */
const MAX_PROGRAM_SIZE = 2000;

/** A compiled `current_agent_action_type`. */
export interface ActionFilter {
  /** True when the pattern is found anywhere in `actionType`. Linear in its length, whatever the pattern. */
  matches(actionType: string): boolean;
}

/** What the vendor does without the parameter, by its OpenAPI document. */
export const ALL_ACTIONS: ActionFilter = { matches: () => true };

/**
 * Compiles a pattern as RE2 does: no look-around, no references to groups, and so no pattern that takes forever.
 *
 * @returns Nothing for what RE2 refuses, and for what is larger than anybody needs.
 */
export function compileActionFilter(pattern: string): ActionFilter | undefined {
  if (pattern.length > MAX_PATTERN_CHARS) return undefined;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch {
    // It throws for syntax that RE2 does not have.
    return undefined;
  }
  if (compiled.programSize() > MAX_PROGRAM_SIZE) return undefined;
  return { matches: (actionType) => compiled.test(actionType) };
}

/** For those who may not see actions. */
export const NO_ACTIONS: ActionFilter = { matches: () => false };
