// This file finds the recordings that some tests use when they are there, and names their contents by a hash.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** @typedef {{ folder: string | undefined, hash: string }} SharedRecordings `hash` is 'absent' without a folder. */

/**
 * Looks where `VOICEWIRE_SHARED` says, else in a folder named `shared` beside the repository.
 *
 * @param {string} repository
 * @param {string | undefined} wanted What `VOICEWIRE_SHARED` holds.
 * @returns {SharedRecordings}
 * @throws {Error} When a folder is asked for that has no recordings: skipping would hide the mistake.
 */
export function findSharedRecordings(repository, wanted) {
  const folder = resolve(repository, wanted || '../shared');
  const recordings = join(folder, 'data');
  if (existsSync(recordings)) return { folder, hash: hashFolder(recordings) };
  if (wanted) throw new Error(`VOICEWIRE_SHARED is ${wanted}, but there is no folder ${recordings}.`);
  return { folder: undefined, hash: 'absent' };
}

/**
 * Names, sizes and contents; not dates, which a copy changes.
 *
 * @param {string} folder
 */
function hashFolder(folder) {
  const hash = createHash('sha256');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  for (const path of paths) {
    const contents = readFileSync(path);
    hash.update(`${relative(folder, path).split(sep).join('/')}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}
