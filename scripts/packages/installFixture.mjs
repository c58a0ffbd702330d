// This file makes a project like a user's: a folder outside the workspace with our packages installed from tarballs.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPnpm } from './publishable.mjs';

/**
 * @param {'node' | 'vite'} name Of the folder in `scripts/fixtures` to start from.
 * @param {readonly import('./publishable.mjs').PackedPackage[]} packages
 * @param {string} folder An empty folder, where no parent folder has node_modules.
 */
export function installFixture(name, packages, folder) {
  cpSync(fileURLToPath(new URL(`../fixtures/${name}/`, import.meta.url)), folder, { recursive: true });
  const tarballs = Object.fromEntries(packages.map((each) => [each.name, `file:${each.tarball}`]));
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, ...tarballs } }, null, 2),
  );
  // Our packages depend on each other by version; those versions are the tarballs too, not what a registry has.
  const settings = { packages: ['.'], overrides: tarballs, pmOnFail: 'ignore' };
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings, null, 2));
  runPnpm(['install', '--prefer-offline', '--no-frozen-lockfile'], folder);
}
