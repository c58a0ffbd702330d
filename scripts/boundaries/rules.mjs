// This file holds the rules of the architecture that a script can check. Each is a pure function from one module, or
// one package, to what is wrong with it.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { findCycles } from './cycles.mjs';

/**
 * @typedef {import('./workspace.mjs').Package} Package
 * @typedef {Package['modules'][number]} Module
 * @typedef {import('./readModule.mjs').ModuleImport} ModuleImport
 * @typedef {{ line: number, message: string }} Finding `message` says what to do about it.
 * @typedef {{ path: string, line: number, rule: string, message: string }} Violation
 */

const TESTKIT = '@voicewire/testkit';

/** Who may import whom. A package that is not named here may import none of ours. */
const MAY_IMPORT = new Map([
  ['@voicewire/protocol', []],
  ['@voicewire/dsp-wasm', []],
  ['@voicewire/client', ['@voicewire/protocol', '@voicewire/dsp-wasm']],
  ['@voicewire/sandbox', ['@voicewire/protocol', '@voicewire/dsp-wasm']],
  ['@voicewire/relay', ['@voicewire/protocol']],
]);
/** Tests talk to the sandbox, and the client's also through the relay. Not the other way round: that would be a cycle. */
const TESTS_MAY_IMPORT = new Map([
  ['@voicewire/client', ['@voicewire/sandbox', '@voicewire/relay']],
  ['@voicewire/relay', ['@voicewire/sandbox']],
]);
const APPS_MAY_IMPORT = [...MAY_IMPORT.keys()];

/** @type {Record<string, (module: Module, root: Package) => Finding[]>} */
const MODULE_RULES = {
  'forbidden-direction': forbiddenDirection,
  'leaves-package': leavesPackage,
  'undeclared-dependency': undeclaredDependency,
  'platform-in-core': platformInCore,
  'stage-imports-stage': stageImportsStage,
  'vendor-name': vendorName,
  'syntax-error': ({ syntaxErrors }) => syntaxErrors.map((message) => ({ line: 1, message })),
};

/**
 * @param {readonly Package[]} workspace The root first.
 * @returns {Violation[]} In the order of paths and lines.
 */
export function findViolations([root, ...packages]) {
  if (root === undefined) return [];
  const violations = [root, ...packages].flatMap((owner) => [
    ...owner.modules.flatMap((module) =>
      Object.entries(MODULE_RULES).flatMap(([rule, check]) =>
        check(module, root).map((finding) => ({ path: module.path, rule, ...finding })),
      ),
    ),
    ...importCycles(owner),
  ]);
  return violations.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

/** @param {Module} module */
function forbiddenDirection(module) {
  const { name, folder } = module.package;
  const allowed = folder.startsWith('apps/') ? APPS_MAY_IMPORT : (MAY_IMPORT.get(name) ?? []);
  const inTests = [name, ...(folder.startsWith('internal/') ? [] : [TESTKIT]), ...(TESTS_MAY_IMPORT.get(name) ?? [])];
  const all = module.role === 'test' ? [...allowed, ...inTests] : allowed;
  return find(module, ({ specifier }) => {
    const target = packageName(specifier);
    if (!target?.startsWith('@voicewire/') || all.includes(target)) return undefined;
    if (target === TESTKIT) return `only tests, contracts and benches may import ${TESTKIT}`;
    if (target === name) return 'a package imports its own files by relative path; only its tests use its name';
    const list = all.length > 0 ? all.join(', ') : 'none of our packages';
    return `${name} may not import ${target}; here it may import: ${list}`;
  });
}

/** @param {Module} module */
function leavesPackage(module) {
  const isVitestConfig = /^vitest[^/]*\.config\.ts$/.test(module.pathInPackage);
  return find(module, ({ specifier }) => {
    if (!specifier.startsWith('.')) return undefined;
    const target = posix.join(posix.dirname(module.path), specifier);
    const { folder } = module.package;
    const isInside =
      folder === '' ? !/^(packages|apps|internal)\/|^\.\./.test(target) : target.startsWith(`${folder}/`);
    if (isInside || (isVitestConfig && target === 'vitest.shared.ts')) return undefined;
    return `${specifier} leads out of the package; import the other package by its name`;
  });
}

/**
 * @param {Module} module
 * @param {Package} root
 */
function undeclaredDependency(module, root) {
  const { name, isPrivate, dependencies, devDependencies } = module.package;
  const isShipped = module.role === 'source' && !isPrivate;
  return find(module, ({ specifier }) => {
    const target = packageName(specifier);
    if (target === undefined || target === name || dependencies.has(target)) return undefined;
    if (isShipped) return `list ${target} in the dependencies of ${name}: its users need it too, if only for its types`;
    // Tools of the whole workspace, such as vitest, are listed once, in the root.
    if (devDependencies.has(target) || root.devDependencies.has(target)) return undefined;
    return `list ${target} in the devDependencies of ${name}`;
  });
}

/** @param {Module} module */
function platformInCore(module) {
  const { role, pathInPackage } = module;
  if (role !== 'source' || !module.package.folder.startsWith('packages/')) return [];
  if (pathInPackage.startsWith('src/node/')) return [];
  return find(module, ({ specifier }) =>
    isBuiltin(specifier) ? `${specifier} belongs in src/node; take what it does through a port` : undefined,
  );
}

/** @param {Module} module */
function stageImportsStage(module) {
  const stage = stageOf(module.path);
  if (stage === undefined || module.role === 'test') return [];
  return find(module, ({ specifier, isTypeOnly }) => {
    if (isTypeOnly || !specifier.startsWith('.')) return undefined;
    const other = stageOf(posix.join(posix.dirname(module.path), specifier));
    if (other === undefined || other === stage) return undefined;
    return `a stage knows types, not neighbours: let uplink.ts or downlink.ts connect ${stage} and ${other}`;
  });
}

/**
 * A stage is a file of the uplink or downlink folder, or a folder in it. The two files that connect stages are none.
 *
 * @param {string} path
 */
function stageOf(path) {
  const stage = /^packages\/client\/src\/((?:uplink|downlink)\/[^/.]+)/.exec(path)?.[1];
  return stage === 'uplink/uplink' || stage === 'downlink/downlink' ? undefined : stage;
}

/** @param {Module} module */
function vendorName({ path, role, words }) {
  if (role === 'test' || !/^packages\/(client\/src|protocol\/src\/neutral)\//.test(path)) return [];
  return words.flatMap(({ text, line }) => {
    const name = /voice[-_ ]?api|amigo|soca|workbuddy/i.exec(text)?.[0];
    const message = `"${name}" is a vendor; branch on vendor.capabilities, and keep its words in its own folder`;
    return name === undefined ? [] : [{ line, message }];
  });
}

/**
 * Type edges count: a cycle of types is a cycle of ideas.
 *
 * @param {Package} owner
 * @returns {Violation[]}
 */
function importCycles({ modules }) {
  const paths = new Set(modules.map(({ path }) => path));
  const targetsOf = (/** @type {Module} */ { path, imports }) =>
    imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, line }) => ({ line, target: posix.join(posix.dirname(path), specifier) }))
      .filter(({ target }) => paths.has(target));
  const graph = new Map(modules.map((module) => [module.path, new Set(targetsOf(module).map(({ target }) => target))]));

  return findCycles(graph).map(([first = '', second = first, ...rest]) => {
    const start = modules.find(({ path }) => path === first);
    const line = start && targetsOf(start).find(({ target }) => target === second)?.line;
    const round = [...new Set([first, second, ...rest]), first].join(' → ');
    return {
      path: first,
      line: line ?? 1,
      rule: 'import-cycle',
      message: `move what is shared to a third file: ${round}`,
    };
  });
}

/**
 * @param {Module} module
 * @param {(each: ModuleImport) => string | undefined} problemOf
 * @returns {Finding[]}
 */
function find({ imports }, problemOf) {
  return imports.flatMap((each) => {
    const message = problemOf(each);
    return message === undefined ? [] : [{ line: each.line, message }];
  });
}

/** @param {string} specifier @returns {string | undefined} Undefined for relative paths, URLs and the platform's modules. */
function packageName(specifier) {
  if (/^[./#]|^[a-z]+:/.test(specifier) || isBuiltin(specifier)) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
