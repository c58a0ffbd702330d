// This file writes docs/sizes.md: what the package makes a page download. `node scripts/size-table.mjs`, after a build.
import { writeFileSync } from 'node:fs';
import { BASE, FIRST_CALL, weigh, weighFile } from './weigh.mjs';

const browser = (/** @type {string} */ names) => [`export { ${names} } from './src/browser/index.ts'`];
const vendor = (/** @type {string} */ name, /** @type {string} */ entry) => [
  ...browser('createVoiceSession, fetchCredentials'),
  `export { ${name} } from '@voicewire/protocol/${entry}'`,
];
const base = await weigh(BASE, FIRST_CALL);
/** @type {readonly (readonly [string, import('./weigh.mjs').Weight])[]} */
const rows = [
  ['**a session with the Voice API**', base],
  ['a session with Amigo', await weigh(vendor('amigo', 'amigo'))],
  ['a session with Soca', await weigh(vendor('soca', 'soca'))],
  ['`createVoiceSession` alone', await weigh(browser('createVoiceSession'))],
  ['`sendVoiceNote`, `recordVoiceNote` alone', await weigh(browser('sendVoiceNote, recordVoiceNote'))],
  ['everything of `/react`, which has the session in it', await weigh(["export * from './src/react/index.ts'"])],
  ['what its first `connect()` adds, whatever the vendor', base.later],
  ['capture worklet, with its WebAssembly', weighFile('worklets/capture.worklet.js')],
  ['playout worklet, with its WebAssembly', weighFile('worklets/playout.worklet.js')],
  ['capture worklet without SIMD, in the place of the first', weighFile('worklets/captureScalar.worklet.js')],
  ['playout worklet without SIMD, in the place of the second', weighFile('worklets/playoutScalar.worklet.js')],
  ['MP3 worker, for vendors that send MP3', weighFile('workers/mp3.worker.js')],
];
const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const lines = [
  '# Sizes',
  '',
  '<!-- Written by scripts/size-table.mjs: change it there. -->',
  '',
  'Minified by rolldown; gzip at its best level, file by file. The first six rows are what a page downloads at once, without worklets and workers, which',
  'are files of their own. test/sizes.test.ts holds the bounds.',
  '',
  '| | bytes | gzip |',
  '| --- | --: | --: |',
  ...rows.map(([title, { bytes, gzipBytes }]) => `| ${title} | ${kB(bytes)} | ${kB(gzipBytes)} |`),
  '',
  'Aimed at: 20 kB for the first row. Loaded on demand are MP3 decoding and encoding, the worklets, and what only a running call needs (README, “What',
  'loads when”).',
];
writeFileSync(new URL('../docs/sizes.md', import.meta.url), `${lines.join('\n')}\n`);
process.stdout.write(`${lines.join('\n')}\n`);
