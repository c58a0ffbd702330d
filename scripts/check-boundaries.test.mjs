import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { findViolations } from './boundaries/rules.mjs';
import { readWorkspace } from './boundaries/workspace.mjs';

/** @typedef {Record<string, string>} Tree Path from the root → text. */

const manifest = (/** @type {object} */ fields) => JSON.stringify({ private: true, ...fields });
const published = (/** @type {string} */ name, /** @type {object} */ fields = {}) =>
  JSON.stringify({ name: `@voicewire/${name}`, ...fields });

/** A workspace in which everything that is allowed happens. */
const CLEAN = {
  'package.json': manifest({ name: 'voicewire', devDependencies: { vitest: '1' } }),
  'vitest.shared.ts': "import { defineConfig } from 'vitest/config';\nexport const shared = defineConfig({});",
  'scripts/build.mjs': "import { readFileSync } from 'node:fs';\nimport './other.mjs';",
  'scripts/other.mjs': '',
  'internal/testkit/package.json': manifest({ name: '@voicewire/testkit' }),
  'internal/testkit/src/clock.ts': 'export const clock = 1;',
  'packages/protocol/package.json': published('protocol', {
    dependencies: { valibot: '1' },
    devDependencies: { '@voicewire/testkit': '1' },
  }),
  'packages/protocol/src/amigo/codec.ts': "import * as v from 'valibot';\nexport const amigo = v.string();",
  'packages/protocol/src/amigo/codec.test.ts': "import { clock } from '@voicewire/testkit';\nimport 'vitest';",
  'packages/protocol/src/neutral/vendor.ts': '// As amigo, soca and the Voice API show.\nexport interface Vendor {}',
  'packages/protocol/vitest.config.ts': "import { shared } from '../../vitest.shared.ts';",
  'packages/sandbox/package.json': published('sandbox', { dependencies: { '@voicewire/protocol': '1', ws: '1' } }),
  'packages/sandbox/src/node/server.ts':
    "import { createServer } from 'node:http';\nimport { WebSocketServer } from 'ws';",
  'packages/sandbox/src/index.ts':
    "export * from './node/server.ts';\nexport type { Vendor } from '@voicewire/protocol';",
  'packages/client/package.json': published('client', {
    dependencies: { '@voicewire/protocol': '1' },
    devDependencies: { '@voicewire/sandbox': '1', '@voicewire/testkit': '1', rolldown: '1' },
  }),
  'packages/client/scripts/build.mjs': "import { rolldown } from 'rolldown';",
  'packages/client/src/index.ts':
    "import type { Vendor } from '@voicewire/protocol';\nexport * from './uplink/uplink.ts';",
  'packages/client/src/uplink/uplink.ts': "import { gate } from './gate.ts';\nimport { pack } from './pack.ts';",
  'packages/client/src/uplink/gate.ts': "import type { Packed } from './pack.ts';\nexport const gate = 1;",
  'packages/client/src/uplink/pack.ts': 'export interface Packed {}\nexport const pack = 1;',
  'packages/client/src/downlink/jitter/buffer.ts': "export * from './target.ts';",
  'packages/client/src/downlink/jitter/target.ts': 'export const target = 1;',
  'packages/client/test/chain.test.ts':
    "import '@voicewire/sandbox';\nimport '@voicewire/client';\nconst vendor = 'amigo';",
  'apps/web-demo/package.json': manifest({ name: '@voicewire/web-demo', dependencies: { '@voicewire/client': '1' } }),
  'apps/web-demo/src/main.ts': "import { session } from '@voicewire/client/browser';",
};

/**
 * One broken module each, added to the clean workspace.
 *
 * @type {{ name: string, path: string, source: string, rule: string, line?: number, says: RegExp, with?: Tree }[]}
 */
const BROKEN = [
  {
    name: 'protocol imports client',
    path: 'packages/protocol/src/bad.ts',
    source: "\nimport type { Session } from '@voicewire/client';",
    rule: 'forbidden-direction',
    line: 2,
    says: /@voicewire\/protocol may not import @voicewire\/client; here it may import: none/,
  },
  {
    name: 'client source imports the sandbox, by a dynamic import',
    path: 'packages/client/src/bad.ts',
    source: "export const load = () => import('@voicewire/sandbox');",
    rule: 'forbidden-direction',
    says: /may import: @voicewire\/protocol, @voicewire\/dsp-wasm$/,
  },
  {
    name: 'sandbox test imports the client, in a type query',
    path: 'packages/sandbox/test/bad.test.ts',
    source: "type Session = import('@voicewire/client').Session;",
    rule: 'forbidden-direction',
    says: /@voicewire\/sandbox may not import @voicewire\/client/,
  },
  {
    name: 'source re-exports the test kit',
    path: 'packages/protocol/src/bad.ts',
    source: "export * from '@voicewire/testkit';",
    rule: 'forbidden-direction',
    says: /only tests, contracts and benches/,
  },
  {
    name: 'the test kit imports one of ours, in a test',
    path: 'internal/testkit/src/bad.test.ts',
    source: "import '@voicewire/protocol';",
    rule: 'forbidden-direction',
    says: /may not import @voicewire\/protocol/,
  },
  {
    name: 'a package nobody has placed imports one of ours',
    path: 'packages/new/src/bad.ts',
    source: "import '@voicewire/protocol';",
    rule: 'forbidden-direction',
    says: /@voicewire\/new may not import @voicewire\/protocol/,
    with: { 'packages/new/package.json': published('new', { dependencies: { '@voicewire/protocol': '1' } }) },
  },
  {
    name: 'an app imports another app',
    path: 'apps/web-demo/src/bad.ts',
    source: "import '@voicewire/node-bench';",
    rule: 'forbidden-direction',
    says: /@voicewire\/web-demo may not import @voicewire\/node-bench/,
  },
  {
    name: 'source imports its own package by name',
    path: 'packages/client/src/bad.ts',
    source: "import '@voicewire/client/testing';",
    rule: 'forbidden-direction',
    says: /own files by relative path/,
  },
  {
    name: 'a relative import reaches into another package',
    path: 'packages/client/src/bad.ts',
    source: "export { amigo } from '../../protocol/src/amigo/codec.ts';",
    rule: 'leaves-package',
    says: /leads out of the package/,
  },
  {
    name: 'a root script reaches into a package',
    path: 'scripts/bad.mjs',
    source: "import '../packages/client/src/index.ts';",
    rule: 'leaves-package',
    says: /leads out of the package/,
  },
  {
    name: 'a cycle of types only',
    path: 'packages/client/src/bad.ts',
    source: "// Types only.\nimport type { Worse } from './worse.ts';",
    rule: 'import-cycle',
    line: 2,
    says: /bad\.ts → packages\/client\/src\/worse\.ts → packages\/client\/src\/bad\.ts$/,
    with: { 'packages/client/src/worse.ts': "export type { Bad } from './bad.ts';" },
  },
  {
    name: 'a stage imports its neighbour',
    path: 'packages/client/src/uplink/bad.ts',
    source: "import { type Packed, pack } from './pack.ts';",
    rule: 'stage-imports-stage',
    says: /connect uplink\/bad and uplink\/pack/,
  },
  {
    name: 'a downlink stage imports an uplink stage',
    path: 'packages/client/src/downlink/bad.ts',
    source: "import { gate } from '../uplink/gate.ts';",
    rule: 'stage-imports-stage',
    says: /connect downlink\/bad and uplink\/gate/,
  },
  {
    name: 'an identifier of the client names a vendor',
    path: 'packages/client/src/bad.ts',
    source: 'export function isVoiceApi() {}',
    rule: 'vendor-name',
    says: /"VoiceApi" is a vendor/,
  },
  {
    name: 'a string of the neutral vocabulary names a vendor',
    path: 'packages/protocol/src/neutral/bad.ts',
    source: "export const kind: 'soca' | 'other' = 'other';",
    rule: 'vendor-name',
    says: /"soca" is a vendor/,
  },
  {
    name: 'a template of the client names a vendor',
    path: 'packages/client/src/bad.ts',
    source: 'export const url = (host: string) => `wss://${host}.amigo.example`;',
    rule: 'vendor-name',
    says: /"amigo" is a vendor/,
  },
  {
    name: 'an import of the client names a vendor',
    path: 'packages/client/src/bad.ts',
    source: "import { x } from '@voicewire/protocol/voice-api';",
    rule: 'vendor-name',
    says: /"voice-api" is a vendor/,
  },
  {
    name: 'source imports what is not listed',
    path: 'packages/client/src/bad.ts',
    source: "import { decode } from 'mpg123-decoder/lib';",
    rule: 'undeclared-dependency',
    says: /list mpg123-decoder in the dependencies of @voicewire\/client/,
  },
  {
    name: 'published source imports a development dependency, for a type',
    path: 'packages/client/src/bad.ts',
    source: "import type { Plugin } from 'rolldown';",
    rule: 'undeclared-dependency',
    says: /its users need it too/,
  },
  {
    name: 'a script imports what neither its package nor the root lists',
    path: 'packages/client/scripts/bad.mjs',
    source: "import '@scope/tool/sub';",
    rule: 'undeclared-dependency',
    says: /list @scope\/tool in the devDependencies/,
  },
  {
    name: 'core source imports a platform module',
    path: 'packages/client/src/session/bad.ts',
    source: "import { readFile } from 'node:fs/promises';",
    rule: 'platform-in-core',
    says: /node:fs\/promises belongs in src\/node/,
  },
  {
    name: 'core source imports a platform module without its prefix',
    path: 'packages/protocol/src/bad.ts',
    source: "import { readFile } from 'fs';",
    rule: 'platform-in-core',
    says: /fs belongs in src\/node/,
  },
  {
    name: 'a module that does not parse',
    path: 'packages/client/src/bad.ts',
    source: 'export const = 1;',
    rule: 'syntax-error',
    says: /./,
  },
];

/** @type {string[]} */
const folders = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** @param {Tree} tree */
function writeTree(tree) {
  const root = mkdtempSync(join(tmpdir(), 'voicewire-boundaries-'));
  folders.push(root);
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('check-boundaries', () => {
  test('finds nothing in a workspace where everything that is allowed happens', () => {
    expect(findViolations(readWorkspace(writeTree(CLEAN)))).toEqual([]);
  });

  test.each(BROKEN)('finds exactly: $name', ({ path, source, rule, line = 1, says, with: others }) => {
    const violations = findViolations(readWorkspace(writeTree({ ...CLEAN, ...others, [path]: source })));
    const ofRule = violations.filter((each) => each.rule === rule);
    expect(ofRule).toEqual([{ path, line, rule, message: expect.stringMatching(says) }]);
    // A module may break a second rule on the way (an undeclared neighbour); no other module is blamed.
    expect(new Set(violations.map((each) => each.path))).toEqual(new Set([path]));
  });

  test('skips what is built, generated or AssemblyScript', () => {
    const forbidden = "import '@voicewire/client';";
    const root = writeTree({
      ...CLEAN,
      'packages/protocol/dist/a.js': forbidden,
      'packages/protocol/src/generated/a.ts': forbidden,
      'packages/protocol/node_modules/x/a.js': forbidden,
      'packages/dsp-wasm/package.json': published('dsp-wasm'),
      'packages/dsp-wasm/assembly/a.ts': forbidden,
    });
    expect(findViolations(readWorkspace(root))).toEqual([]);
  });

  test('exits 1 and says file, line, rule and remedy; exits 1 on an empty folder; exits 0 when all is well', () => {
    const run = (/** @type {Tree} */ tree) => {
      const command = fileURLToPath(new URL('./check-boundaries.mjs', import.meta.url));
      return spawnSync(process.execPath, [command, writeTree(tree)], { encoding: 'utf8' });
    };
    const broken = run({ ...CLEAN, 'packages/protocol/src/bad.ts': "\n\nimport '@voicewire/client';" });
    expect(broken.status).toBe(1);
    expect(broken.stderr).toMatch(/^packages\/protocol\/src\/bad\.ts:3 {2}forbidden-direction {2}\S.+$/m);

    const empty = run({ 'package.json': manifest({ name: 'voicewire' }) });
    expect([empty.status, empty.stderr]).toEqual([1, expect.stringContaining('nothing was checked')]);

    const clean = run(CLEAN);
    expect([clean.status, clean.stderr]).toEqual([0, '']);
    expect(clean.stdout).toContain('0 boundaries crossed');
  });
});
