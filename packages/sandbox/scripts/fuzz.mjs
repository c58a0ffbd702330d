// This file runs the fuzz tests of all vendors with more frames than `pnpm test` has time for:
//   node scripts/fuzz.mjs [--frames 5000000] [--seed INTEGER]
// The seed is drawn unless given. It is printed, with the frames of each vendor and how long they took.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TESTS = ['fuzz', 'amigoFuzz', 'amigoNotesFuzz', 'socaFuzz'].map((name) => `test/${name}.test.ts`);
const FEWEST_FRAMES = 100_000;
const { values: flags } = parseArgs({
  options: {
    frames: { type: 'string', default: '5000000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
if (!(Number(flags.frames) >= FEWEST_FRAMES)) {
  process.stderr.write(
    `--frames: at least ${FEWEST_FRAMES}; with fewer, the tests cannot tell whether they reached what they should.\n`,
  );
  process.exit(2);
}
const root = fileURLToPath(new URL('../', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const startMs = performance.now();
process.stdout.write(`${flags.frames} frames, seed ${flags.seed}\n`);
const run = spawn(
  process.execPath,
  [vitest, 'run', '--config', 'vitest.config.ts', '--reporter', 'verbose', ...TESTS],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, VOICEWIRE_FUZZ_FRAMES: flags.frames, VOICEWIRE_FUZZ_SEED: flags.seed },
  },
);
const [exitCode] = await once(run, 'close');
const seconds = Math.round((performance.now() - startMs) / 1000);
process.stdout.write(
  `${flags.frames} frames, seed ${flags.seed}: ${exitCode === 0 ? 'held' : 'FAILED'} after ${seconds} s\n`,
);
process.exitCode = exitCode ?? 1;
