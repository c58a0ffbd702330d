// This file finds the optional reference recordings that lie beside the repository, or says why there are none.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printLine } from './printLine.ts';

export interface SharedFolderPlaces {
  /** Default: the environment variable VOICEWIRE_SHARED. An empty string counts as unset. */
  readonly configured?: string | undefined;
  /** Default: the root of this repository. */
  readonly repositoryRoot?: string;
  /** Default: standard output. */
  readonly print?: (line: string) => void;
}

/**
 * Absolute path of the shared folder: VOICEWIRE_SHARED, else `../shared` beside the repository. Null, with the reason
 * printed, when it is not there; tests that need it are then skipped, not passed.
 */
export function findSharedFolder(places: SharedFolderPlaces = {}): string | null {
  const print = places.print ?? printLine;
  const configured = 'configured' in places ? places.configured : process.env['VOICEWIRE_SHARED'];
  const root = places.repositoryRoot ?? findRepositoryRoot();
  const folder = configured !== undefined && configured !== '' ? resolve(configured) : join(dirname(root), 'shared');
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  print(`Skipped: the shared recordings are not at ${folder} (set VOICEWIRE_SHARED to their folder).`);
  return null;
}

/** Absolute path of one file of the shared folder, or null with the reason printed. */
export function findSharedFile(relativePath: string, places: SharedFolderPlaces = {}): string | null {
  const folder = findSharedFolder(places);
  if (folder === null) return null;
  const file = join(folder, relativePath);
  if (existsSync(file)) return file;
  const print = places.print ?? printLine;
  print(`Skipped: ${file} is not there.`);
  return null;
}

function findRepositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'pnpm-workspace.yaml'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('pnpm-workspace.yaml was not found above the test kit.');
    folder = parent;
  }
  return folder;
}
