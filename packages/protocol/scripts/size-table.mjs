// This file prints what each entry point weighs, as the table of the package's README: `node scripts/size-table.mjs`.
import { readFile } from 'node:fs/promises';
import { weigh } from './weigh.mjs';

/** The one value of an entry that a session needs. */
const FACTORIES = { amigo: 'amigo', 'amigo-notes': 'amigoNotes', 'voice-api': 'voiceApi', soca: 'soca' };

/** @type {{ exports: Record<string, { default: string }> }} */
const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

console.log('| Import | minified | gzip |');
console.log('| --- | --- | --- |');
for (const [path, { default: file }] of Object.entries(manifest.exports)) {
  const entry = file.replace(/^\.\/dist\/|\.js$/g, '');
  await printRow(`everything from \`@voicewire/protocol${path.slice(1)}\``, 'export *', entry);
  const factory = FACTORIES[/** @type {keyof typeof FACTORIES} */ (path.slice(2))];
  if (factory !== undefined) await printRow(`— \`${factory}\` alone`, `export { ${factory} }`, entry);
}

/**
 * @param {string} title
 * @param {string} imports
 * @param {string} entry
 */
async function printRow(title, imports, entry) {
  const { minifiedBytes, gzipBytes } = await weigh(imports, entry);
  const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`| ${title} | ${kB(minifiedBytes)} | ${kB(gzipBytes)} |`);
}
