import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { expect, test } from 'vitest';

test('capture and playout stages allocate less than 0.1 byte of heap per quantum over 100,000 quanta, and waste would show', () => {
  const script = fileURLToPath(new URL('../../test/heap/measureHeap.mjs', import.meta.url));
  // From the start as large as may be: a collection in between would hide garbage, and the control with it.
  const options = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];
  const output = execFileSync(process.execPath, [...options, script], { encoding: 'utf8' });
  const { capture, neural, playout, wasteful, posted } = JSON.parse(output) as Record<string, number>;
  assertAtMost('capture', capture ?? Number.NaN, 0.1, 'bytes per quantum');
  assertAtMost('capture with the neural detector', neural ?? Number.NaN, 0.1, 'bytes per quantum');
  assertAtMost('playout', playout ?? Number.NaN, 0.1, 'bytes per quantum');
  assertAtLeast('a stage that drops one object per quantum', wasteful ?? Number.NaN, 5, 'bytes per quantum');
  expect(posted).toBeGreaterThan(10_000);
});
