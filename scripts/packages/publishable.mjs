// This file lists the packages that are published and packs them as they would be uploaded.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} PackedPackage
 * @property {string} name
 * @property {string} tarball Full path.
 * @property {string[]} files In the tarball, from the package's folder.
 */

/**
 * @param {string} root
 * @returns {string[]} Full paths of the folders of packages that are not private.
 */
export function publishableFolders(root) {
  const parent = join(root, 'packages');
  const folders = readdirSync(parent).map((name) => join(parent, name));
  return folders.filter((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private !== true);
}

/**
 * Packs with pnpm, which writes real versions where the workspace's manifests say `workspace:`.
 *
 * @param {string} folder Of the package, already built.
 * @param {string} destination Folder for the tarball.
 * @returns {PackedPackage}
 * @throws {Error} When pnpm fails; it must be on the PATH, as it is in scripts that pnpm runs.
 */
export function packPackage(folder, destination) {
  const { stdout } = runPnpm(['pack', '--pack-destination', destination, '--json'], folder);
  /** @type {{ name: string, filename: string, files: { path: string }[] }} */
  const { name, filename, files } = JSON.parse(stdout);
  return { name, tarball: filename, files: files.map(({ path }) => path) };
}

/**
 * @param {string[]} commandArguments
 * @param {string} cwd
 */
export function runPnpm(commandArguments, cwd) {
  const run = spawnSync('pnpm', commandArguments, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (run.error)
    throw new Error('pnpm is not on the PATH; start this with `npx --yes pnpm@12 run …`.', { cause: run.error });
  if (run.status === 0) return run;
  throw new Error(`pnpm ${commandArguments.join(' ')} ended with ${run.status}:\n${run.stdout}${run.stderr}`);
}
