// This file keeps what a benchmark measured: the raw figures, and its part of the page.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = `${ROOT}docs/scale.md`;

/** Replaces the part between the marks `name` in docs/scale.md. */
export function keepResults(name, results, text) {
  mkdirSync(`${ROOT}generated`, { recursive: true });
  writeFileSync(`${ROOT}generated/${name}.json`, `${JSON.stringify(results, null, 2)}\n`);
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`];
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/scale.md has no part '${name}'.`);
  writeFileSync(PAGE, page.slice(0, from) + begin + text + page.slice(to));
}
