import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { assertFlat, slopeOf, type Measurement } from './slope.ts';

/** A night has the time for 60. */
const MINUTES = Number(process.env['VOICEWIRE_MINUTES'] ?? 4);
/** One frame that is kept is 50 × 640 bytes a second: 1.9 MB a minute. */
const MAX_BYTES_PER_MINUTE = MINUTES >= 30 ? 4_000 : 60_000;

test(`a call of ${MINUTES} virtual minutes in Node keeps nothing: no timer, and no heap that grows`, () => {
  const script = fileURLToPath(new URL('heap/longCall.mjs', import.meta.url));
  const output = execFileSync(process.execPath, ['--expose-gc', script, String(MINUTES)], { encoding: 'utf8' });
  const { heap, answers, scenesLeft, pendingTimers } = JSON.parse(output) as {
    heap: Measurement[];
    answers: number;
    scenesLeft: number;
    pendingTimers: number;
  };
  // Compiling and the rings of the statistics, which fill up, come first.
  const settled = heap.slice(Math.floor(heap.length / 3));
  const shown = settled.map(({ value }) => Math.round(value / 1000)).join(' ');
  process.stdout.write(
    `${MINUTES} virtual minutes in Node: ${slopeOf(settled).toFixed(0)} bytes per minute; ${shown} kB\n`,
  );
  assertFlat('the heap', settled, MAX_BYTES_PER_MINUTE, 'bytes per minute');
  expect({ answers, scenesLeft, pendingTimers }).toEqual({ answers: MINUTES * 6, scenesLeft: 0, pendingTimers: 0 });
});
