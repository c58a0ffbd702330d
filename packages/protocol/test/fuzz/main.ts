// This file is the fuzzer's command line: figures per target, a seed to see it again, and an exit code.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runFuzz, type FuzzFigures } from './runFuzz.ts';
import { FUZZ_TARGETS } from './targets.ts';

const COLUMNS = ['inputs', 'taken', 'unknown', 'refused', 'MB'] as const;
const NAME_WIDTH_CHARS = 34;

const { values } = parseArgs({ options: { inputs: { type: 'string' }, seed: { type: 'string' } } });
const inputCount = Number(values.inputs ?? 1_000_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x7fffffff));
if (!Number.isInteger(inputCount) || inputCount < 1 || !Number.isInteger(seed)) {
  throw new Error('Usage: fuzz.mjs [--inputs COUNT] [--seed INTEGER]');
}

// Rounded up, so that the sum is never below what was asked for.
const perTarget = Math.ceil(inputCount / FUZZ_TARGETS.length);
print(`${FUZZ_TARGETS.length} targets, ${perTarget} inputs each; again with --inputs ${inputCount} --seed ${seed}`);
print(''.padEnd(NAME_WIDTH_CHARS) + COLUMNS.map((column) => column.padStart(11)).join(''));
const startMs = performance.now();
const results = FUZZ_TARGETS.map((target) => {
  const figures = runFuzz(target, perTarget, seed);
  print(rowOf(figures.name, figures));
  if (figures.failure !== undefined) print(figures.failure);
  return figures;
});
const seconds = (performance.now() - startMs) / 1000;
print(rowOf('all', sum(results)));
const failedCount = results.filter(({ failure }) => failure !== undefined).length;
print(`${seconds.toFixed(0)} s on Node ${process.version}; ${failedCount} of ${results.length} targets failed`);
process.exitCode = failedCount === 0 ? 0 : 1;

function sum(all: readonly FuzzFigures[]): Omit<FuzzFigures, 'name' | 'failure'> {
  const total = (read: (figures: FuzzFigures) => number): number => all.reduce((count, each) => count + read(each), 0);
  return {
    inputCount: total((each) => each.inputCount),
    takenCount: total((each) => each.takenCount),
    unknownCount: total((each) => each.unknownCount),
    refusedCount: total((each) => each.refusedCount),
    inputBytes: total((each) => each.inputBytes),
  };
}

function rowOf(name: string, figures: Omit<FuzzFigures, 'name' | 'failure'>): string {
  const { inputCount: count, takenCount, unknownCount, refusedCount, inputBytes } = figures;
  const cells = [count, takenCount, unknownCount, refusedCount, (inputBytes / 1e6).toFixed(1)];
  return name.padEnd(NAME_WIDTH_CHARS) + cells.map((cell) => String(cell).padStart(11)).join('');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
