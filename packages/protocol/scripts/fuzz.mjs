// This file runs the fuzzer of test/fuzz over every parser: `node scripts/fuzz.mjs [--inputs COUNT] [--seed INTEGER]`.
// The sources are TypeScript, so they are bundled first, into a temporary file that is removed again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const directory = await mkdtemp(join(tmpdir(), 'voicewire-fuzz-'));
try {
  const build = await rolldown({
    input: fileURLToPath(new URL('../test/fuzz/main.ts', import.meta.url)),
    platform: 'node',
  });
  const file = join(directory, 'fuzz.mjs');
  await build.write({ file, format: 'es' });
  await build.close();
  await import(pathToFileURL(file).href);
} finally {
  await rm(directory, { recursive: true, force: true });
}
