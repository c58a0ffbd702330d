// This file reads the scripted agent's script from a file: YAML, and with it JSON.
import { readFile } from 'node:fs/promises';
import type { Script } from '../agents/script.ts';
import { readScript } from '../agents/script.ts';
import { SandboxError } from '../errors.ts';

/** Largest file that is read, in bytes. */
const MAX_SCRIPT_BYTES = 1_048_576;

/**
 * Reads a script.
 *
 * @throws {SandboxError} `invalid-option` for a file that cannot be read or holds no script; the message says where.
 */
export async function loadScript(path: string): Promise<Script> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw invalid(path, 'cannot be read', cause);
  });
  if (bytes.length > MAX_SCRIPT_BYTES) throw invalid(path, `is larger than ${MAX_SCRIPT_BYTES} bytes`);
  // Loaded here: only who has a script needs it.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(bytes.toString('utf8'), { maxAliasCount: 0 });
  } catch (cause) {
    throw invalid(path, `is not YAML or JSON: ${firstLine(cause)}`, cause);
  }
  return readScript(value);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

function invalid(path: string, problem: string, cause?: unknown): SandboxError {
  return new SandboxError('invalid-option', `The script ${path} ${problem}.`, { option: 'script', path }, cause);
}
