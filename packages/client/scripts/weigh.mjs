// This file bundles what a page would import of this package, as a bundler would ship it, and weighs it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ bytes: number, gzipBytes: number, laterGzipBytes: number, text: string }} Weight */

/**
 * Weighs the imports of one page, protocol included, worklets and workers not: they are files of their own.
 *
 * @param {readonly string[]} imports As in a module of this package: `export { createVoiceSession } from './src/browser/index.ts'`.
 * @returns {Promise<Weight>} Of what is loaded at once; `laterGzipBytes` of what is loaded on demand.
 */
export async function weigh(imports) {
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
  const first = chunks.filter(({ isEntry }) => isEntry);
  const atOnce = chunks.filter(
    (chunk) => first.includes(chunk) || first.some(({ imports: names }) => names.includes(chunk.fileName)),
  );
  const text = atOnce.map(({ code }) => code).join('');
  const later = chunks.filter((chunk) => !atOnce.includes(chunk));
  return {
    bytes: text.length,
    gzipBytes: gzipOf(text),
    laterGzipBytes: later.reduce((sum, { code }) => sum + gzipOf(code), 0),
    text,
  };
}

/**
 * Weighs a file of the built package.
 *
 * @param {string} path Below `dist`.
 * @returns {Weight}
 */
export function weighFile(path) {
  const text = readFileSync(`${ROOT}/dist/${path}`, 'utf8');
  return { bytes: text.length, gzipBytes: gzipOf(text), laterGzipBytes: 0, text };
}

/** What a page imports to talk to the Voice API. */
export const BASE = [
  "export { createVoiceSession, fetchCredentials } from './src/browser/index.ts'",
  "export { voiceApi } from '@voicewire/protocol/voice-api'",
];

/** @param {string} text */
function gzipOf(text) {
  return gzipSync(text, { level: 9 }).length;
}
