// This file reads the clips that ship with the package.
import { readFile } from 'node:fs/promises';
import { SandboxError } from '../errors.ts';

// From dist/node and from src/node alike.
const CLIP_FILE = new URL('../../clips/english.vwc', import.meta.url);

/**
 * Reads the clip file for `createSandbox({ clips })`.
 *
 * @throws {SandboxError} `clips-missing` when the installation is incomplete.
 */
export async function loadClips(): Promise<Uint8Array> {
  try {
    return await readFile(CLIP_FILE);
  } catch (cause) {
    throw new SandboxError('clips-missing', 'The clip file is missing from this installation.', {}, cause);
  }
}
