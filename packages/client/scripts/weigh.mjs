// This file bundles what a page would import of this package, as a bundler would ship it, and weighs it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ bytes: number, gzipBytes: number, text: string }} Weight */

/**
 * Weighs the imports of one page, protocol included, worklets and workers not: they are files of their own.
 *
 * @param {readonly string[]} imports As in a module of this package: `export { createVoiceSession } from './src/browser/index.ts'`.
 * @param {readonly string[]} [onDemand] Modules that are loaded later, by the names of their files.
 * @returns {Promise<Weight & { later: Weight }>} Of what is loaded at once; `later` of those of `onDemand`.
 */
export async function weigh(imports, onDemand = []) {
  const entry = `${ROOT}/weighed-entry.js`;
  const build = await rolldown({
    input: entry,
    external: ['react', 'mpg123-decoder', /mp3Encoder|wasm-media-encoders/],
    plugins: [
      {
        name: 'entry-from-text',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? imports.join('\n') : null),
      },
    ],
  });
  // Annotations are for another bundler; what a page downloads has none.
  const { output } = await build.generate({ format: 'es', minify: true, comments: false });
  await build.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  /** @param {typeof chunks} first @returns {typeof chunks} Them, and all that they import without being asked. */
  const closureOf = (first) => {
    const all = new Set(first);
    for (const { imports: names } of all)
      for (const chunk of chunks) if (names.includes(chunk.fileName)) all.add(chunk);
    return [...all];
  };
  const atOnce = closureOf(chunks.filter(({ isEntry }) => isEntry));
  const asked = chunks.filter(({ name }) => onDemand.includes(name));
  if (asked.length !== onDemand.length) throw new Error(`Not all of ${onDemand.join(', ')} are loaded on demand.`);
  const later = closureOf(asked).filter((chunk) => !atOnce.includes(chunk));
  return { ...weightOf(atOnce.map(({ code }) => code)), later: weightOf(later.map(({ code }) => code)) };
}

/**
 * Weighs a file of the built package.
 *
 * @param {string} path Below `dist`.
 * @returns {Weight}
 */
export function weighFile(path) {
  return weightOf([readFileSync(`${ROOT}/dist/${path}`, 'utf8')]);
}

/** What a page imports to talk to the Voice API. */
export const BASE = [
  "export { createVoiceSession, fetchCredentials } from './src/browser/index.ts'",
  "export { voiceApi } from '@voicewire/protocol/voice-api'",
];

/** What the first `connect()` of a page loads beside the worklets. */
export const FIRST_CALL = ['callParts', 'audioGraph'];

/** @param {readonly string[]} files @returns {Weight} Each compressed by itself, as a server would. */
function weightOf(files) {
  const gzipBytes = files.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
  const text = files.join('');
  return { bytes: text.length, gzipBytes, text };
}
