import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../src/core.ts';
import { createLedgerFile } from '../../src/node/ledgerFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'voicewire-ledger-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (atMs: number): LedgerEntry => ({ kind: 'opened', connection: 1, vendor: 'test', atMs });

describe('createLedgerFile', () => {
  test('20,000 entries are 20,000 lines, in order', async () => {
    const path = join(folder, 'whole.jsonl');
    const file = await createLedgerFile(path, (error) => expect.unreachable(error.message));
    for (let i = 0; i < 20_000; i++) file.write(entry(i));
    await file.close();
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.length).toBe(20_001);
    expect(lines.slice(0, -1).map((line) => (JSON.parse(line) as LedgerEntry).atMs)).toEqual(
      Array.from({ length: 20_000 }, (_, i) => i),
    );
    file.write(entry(0));
    await file.close();
  });

  test('a disk that does not keep up costs at most some 16 MB of memory: the rest is dropped, and counted', async () => {
    const path = join(folder, 'flood.jsonl');
    const file = await createLedgerFile(path, (error) => expect.unreachable(error.message));
    const big: LedgerEntry = {
      kind: 'violation',
      connection: 1,
      ruleId: 'X',
      severity: 'note',
      detail: 'x'.repeat(100_000),
      frameIndex: 0,
      atMs: 0,
    };
    // All in one tick: nothing can be written meanwhile.
    for (let i = 0; i < 1000; i++) file.write(big);
    await new Promise((resolve) => setTimeout(resolve, 500));
    file.write(entry(1));
    await file.close();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const dropped = JSON.parse(lines.at(-2) ?? '') as { kind: string; count: number };
    expect(dropped.kind).toBe('dropped');
    expect(lines.length - 2 + dropped.count).toBe(1000);
    expect(lines.length).toBeLessThan(250);
  });

  test.each([
    ['a file that is there', join(folder, 'there'), 'EEXIST'],
    ['a folder that is not', join(folder, 'no', 'ledger.jsonl'), 'ENOENT'],
  ])('%s is ledger-failed, and says why', async (_, path, reason) => {
    writeFileSync(join(folder, 'there'), 'mine');
    await expect(createLedgerFile(path, () => undefined)).rejects.toMatchObject({
      code: 'ledger-failed',
      details: { path, reason },
    });
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('mine');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is reported once, and writing goes on into nothing', async () => {
    const errors: string[] = [];
    const file = await createLedgerFile('/dev/full', ({ message }) => errors.push(message), 'a');
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 2000; j++) file.write(entry(j));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await file.close();
    expect(errors.length).toBe(1);
    expect(errors[0]).toContain('ENOSPC');
  });
});
