import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const sourceFolder = fileURLToPath(new URL('../src', import.meta.url));

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));
}

describe('the worklet entry points', () => {
  test('work where there is no fetch, atob, TextDecoder, URL, performance, timer or Symbol.dispose', async () => {
    const script = fileURLToPath(new URL('./workletScopeProbe.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--experimental-vm-modules',
      '--no-warnings',
      script,
    ]);
    // ceil((ceil(12800 · 160 / 441) + 29) / 320) frames, ceil(320 · 441 / 160) samples.
    const frames = Array.from({ length: 15 }, () => 320);
    const { score, ...rest } = JSON.parse(stdout) as { score: number };
    expect(rest).toEqual({ found: [], frames, played: 882 });
    expect(score > 0 && score < 0.5).toBe(true);
  });

  test('no module keeps mutable state of its own: every top-level binding is const', () => {
    const offending = sourceFiles(sourceFolder).filter((file) =>
      /^(export )?(let|var) /m.test(readFileSync(file, 'utf8')),
    );
    expect(offending).toEqual([]);
  });
});
