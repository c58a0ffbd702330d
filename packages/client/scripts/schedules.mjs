// This file plays random fault schedules: `node scripts/schedules.mjs [--count COUNT] [--from SEED]`, or one again with
// `--seed SEED`. The sources are TypeScript, so they are bundled first, into a temporary file that is removed again.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, so that what is not bundled is found.
const directory = await mkdtemp(join(root, '.schedules-'));
try {
  const build = await rolldown({
    input: join(root, 'test/faults/schedule/main.ts'),
    platform: 'node',
    external: [/^@voicewire\/(?!testkit)/, 'mpg123-decoder'],
  });
  const file = join(directory, 'schedules.mjs');
  await build.write({ file, format: 'es', codeSplitting: false });
  await build.close();
  await import(pathToFileURL(file).href);
} finally {
  await rm(directory, { recursive: true, force: true });
}
