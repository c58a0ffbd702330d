import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSharedFile, findSharedFolder } from './sharedFolder.ts';

describe('findSharedFolder', () => {
  let base = '';
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'voicewire-shared-'));
    mkdirSync(join(base, 'shared'));
    writeFileSync(join(base, 'shared', 'a.wav'), '');
  });
  afterAll(() => rmSync(base, { recursive: true }));

  test('finds ../shared beside the repository, and prefers the configured folder', () => {
    const repositoryRoot = join(base, 'repository');
    expect(findSharedFolder({ configured: undefined, repositoryRoot, print })).toBe(join(base, 'shared'));
    expect(findSharedFolder({ configured: base, repositoryRoot, print })).toBe(base);
    expect(findSharedFile('a.wav', { configured: '', repositoryRoot, print })).toBe(join(base, 'shared', 'a.wav'));
    expect(lines).toEqual([]);
  });

  test('says where it looked when there is none', () => {
    const nowhere = join(base, 'nowhere');
    expect(findSharedFolder({ configured: nowhere, print })).toBeNull();
    expect(lines.pop()).toContain(`not at ${nowhere}`);
    expect(findSharedFile('b.wav', { configured: join(base, 'shared'), print })).toBeNull();
    expect(lines.pop()).toContain('b.wav is not there');
  });
});
