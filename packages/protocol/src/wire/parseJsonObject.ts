// This file turns untrusted text into a plain object that is safe to pass on.
import type { ParseResult } from '../neutral/parseResult.ts';
import { failUnlike, failWith } from './issues.ts';

/** An object as JSON gives it. Its values are untrusted. */
export type JsonObject = Record<string, unknown>;

/**
 * Levels of nesting that are accepted. Ours: the deepest documented message has three. Without a limit, what parses here
 * would overflow the stack of whoever serializes or walks it recursively.
 */
export const MAX_JSON_DEPTH_COUNT = 64;

/**
 * Parses text whose root must be an object. Never throws; runs in time linear in the length of the text.
 *
 * Keys that could reach a prototype when an application copies the object on (`__proto__`, and `constructor` where it
 * holds an object) are removed at every level.
 *
 * @param maxBytes Longest text that is looked at. Counted in UTF-16 units, of which UTF-8 has at least as many bytes.
 */
export function parseJsonObject(text: string, maxBytes: number): ParseResult<JsonObject> {
  const size = `${text.length} characters`;
  if (text.length > maxBytes) return failWith(`at most ${maxBytes} bytes`, size);
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold a secret.
    return failWith('JSON', size);
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    return failUnlike('a JSON object', root);
  }
  if (!disarm(root, MAX_JSON_DEPTH_COUNT)) return failWith(`at most ${MAX_JSON_DEPTH_COUNT} levels`, 'more');
  return { ok: true, message: root as JsonObject };
}

/** Removes dangerous keys, down to `depthCount` levels. Gives false, and stops, when the nesting is deeper. */
function disarm(value: unknown, depthCount: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depthCount === 0) return false;
  // Arrays cannot have these keys, and losing them would not hurt.
  const object = value as JsonObject;
  // Only own keys are deleted, and the inherited constructor is a function.
  delete object['__proto__'];
  if (typeof object['constructor'] === 'object') delete object['constructor'];
  return Object.values(object).every((child) => disarm(child, depthCount - 1));
}
