// This file bundles what a page would import of this package, as a bundler would ship it, and weighs it.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * Weighs one import, schema library included.
 *
 * @param {string} imports What is imported: `export *` or `export { soca }`.
 * @param {string} entry File below `src`, without its ending: `soca/index`.
 * @returns {Promise<{ minifiedBytes: number, gzipBytes: number, files: string[] }>}
 */
export async function weigh(imports, entry) {
  const text = `${imports} from '${SOURCE}${entry}.ts'`;
  const build = await rolldown({
    input: 'entry',
    plugins: [
      {
        name: 'entry-from-text',
        resolveId: (id) => (id === 'entry' ? id : null),
        load: (id) => (id === 'entry' ? text : null),
      },
    ],
  });
  // Annotations are for another bundler; what a page downloads has none.
  const { output } = await build.generate({ format: 'es', minify: true, comments: false });
  await build.close();
  const { code, modules } = output[0];
  const files = Object.keys(modules).filter((file) => file.startsWith(SOURCE));
  return {
    minifiedBytes: code.length,
    gzipBytes: gzipSync(code, { level: 9 }).length,
    files: files.map((file) => file.slice(SOURCE.length)),
  };
}
