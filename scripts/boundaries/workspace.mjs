// This file lists the workspace's packages and reads their modules, so that the rules see values and never a disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModule } from './readModule.mjs';

/**
 * What a module is for. Tests and tools may reach further than the source that users get.
 *
 * @typedef {'source' | 'test' | 'tool'} Role
 *
 * @typedef {object} Module
 * @property {string} path From the repository's root, with '/'.
 * @property {string} pathInPackage From the package's folder, with '/'.
 * @property {Role} role
 * @property {Package} package
 *
 * @typedef {object} Package
 * @property {string} name
 * @property {string} folder From the repository's root; '' is the root itself.
 * @property {boolean} isPrivate
 * @property {Set<string>} dependencies What its users get too: dependencies, peers, optional ones.
 * @property {Set<string>} devDependencies
 * @property {(Module & import('./readModule.mjs').ModuleContents)[]} modules
 */

/** Folders whose subfolders are packages, as in pnpm-workspace.yaml. */
const PACKAGE_PARENTS = ['packages', 'apps', 'internal'];
/** What is built, installed, written by a script, made to be wrong, or AssemblyScript. */
const SKIPPED = /(^|\/)(node_modules|dist|build|generated|fixtures|\.[^/]+)$|^packages\/dsp-wasm\/assembly$/;
const MODULE = /(?<!\.d)\.(ts|tsx|mts|js|mjs)$/;

/**
 * @param {string} root Folder of the repository.
 * @returns {Package[]} The root first, then the packages.
 */
export function readWorkspace(root) {
  const folders = PACKAGE_PARENTS.flatMap((parent) => subfolders(root, parent));
  return ['', ...folders.filter((folder) => existsSync(join(root, folder, 'package.json')))].map((folder) =>
    readPackage(root, folder),
  );
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Package}
 */
function readPackage(root, folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
  /** @type {Package} */
  const owner = {
    name: manifest.name,
    folder,
    isPrivate: manifest.private === true,
    dependencies: new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })),
    devDependencies: new Set(Object.keys(devDependencies ?? {})),
    modules: [],
  };
  owner.modules = listModules(root, folder).map((path) => {
    const pathInPackage = folder === '' ? path : path.slice(folder.length + 1);
    const contents = readModule(path, readFileSync(join(root, path), 'utf8'));
    return { path, pathInPackage, role: roleOf(pathInPackage), package: owner, ...contents };
  });
  return owner;
}

/**
 * @param {string} pathInPackage
 * @returns {Role}
 */
export function roleOf(pathInPackage) {
  if (/^(test|bench)\/|\.(test|test-d|contract|bench)\.\w+$|^vitest[^/]*\.config\.ts$/.test(pathInPackage))
    return 'test';
  return pathInPackage.startsWith('src/') ? 'source' : 'tool';
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} Sorted, so that the same tree always reads the same.
 */
function listModules(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) return MODULE.test(path) ? [path] : [];
      // The root's own modules lie beside the packages, not in them.
      const isSkipped = SKIPPED.test(path) || PACKAGE_PARENTS.includes(path);
      return entry.isDirectory() && !isSkipped ? listModules(root, path) : [];
    })
    .toSorted();
}

/**
 * @param {string} root
 * @param {string} parent
 */
function subfolders(root, parent) {
  if (!existsSync(join(root, parent))) return [];
  const entries = readdirSync(join(root, parent), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`)
    .toSorted();
}
