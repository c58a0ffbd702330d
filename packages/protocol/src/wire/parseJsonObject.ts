// This file turns untrusted text into a plain object that is safe to pass on.
import type { ParseResult } from '../neutral/parseResult.ts';
import { describeValue, failWith } from './issues.ts';

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
  if (text.length > maxBytes) return failWith(`at most ${maxBytes} bytes`, `at least ${text.length} bytes`);
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold a secret.
    return failWith('JSON', `${text.length} characters of other text`);
  }
  if (!isJsonObject(root)) return failWith('a JSON object', describeValue(root));
  if (!disarm(root)) return failWith(`at most ${MAX_JSON_DEPTH_COUNT} levels of nesting`, 'more levels');
  return { ok: true, message: root };
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Removes dangerous keys, level by level. Gives false, and stops, when the nesting is too deep. */
function disarm(root: JsonObject): boolean {
  let level: object[] = [root];
  for (let depthCount = 1; level.length > 0; depthCount++) {
    if (depthCount > MAX_JSON_DEPTH_COUNT) return false;
    const next: object[] = [];
    for (const container of level) collectChildren(container, next);
    level = next;
  }
  return true;
}

function collectChildren(container: object, into: object[]): void {
  if (!Array.isArray(container)) removeDangerousKeys(container as JsonObject);
  for (const child of Object.values(container) as unknown[]) {
    if (typeof child === 'object' && child !== null) into.push(child);
  }
}

function removeDangerousKeys(object: JsonObject): void {
  if (Object.hasOwn(object, '__proto__')) delete object['__proto__'];
  if (Object.hasOwn(object, 'constructor') && typeof object['constructor'] === 'object') delete object['constructor'];
}
