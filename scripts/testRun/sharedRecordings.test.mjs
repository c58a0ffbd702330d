import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSharedRecordings } from './sharedRecordings.mjs';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'voicewire-shared-'));
  mkdirSync(join(parent, 'repository'));
});
afterEach(() => rmSync(parent, { recursive: true }));

/** @param {string} [wanted] */
const find = (wanted) => findSharedRecordings(join(parent, 'repository'), wanted);

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(join(parent, path, '..'), { recursive: true });
  writeFileSync(join(parent, path), text);
}

describe('findSharedRecordings', () => {
  test('finds none when no folder is there', () => {
    expect(find()).toEqual({ folder: undefined, hash: 'absent' });
  });

  test('finds the folder beside the repository, and the one that is asked for before it', () => {
    write('shared/data/a.wav', 'a');
    write('elsewhere/data/a.wav', 'b');
    expect(find().folder).toBe(join(parent, 'shared'));
    expect(find(join(parent, 'elsewhere')).folder).toBe(join(parent, 'elsewhere'));
    expect(find(join(parent, 'elsewhere')).hash).not.toBe(find().hash);
  });

  test('refuses a folder that is asked for and has no recordings', () => {
    expect(() => find(join(parent, 'nowhere'))).toThrow(/VOICEWIRE_SHARED is .*nowhere, but there is no folder/);
  });

  test('changes the hash with a name or a byte, not with a date', () => {
    write('shared/data/deep/a.wav', 'a');
    const { hash } = find();
    utimesSync(join(parent, 'shared/data/deep/a.wav'), 0, 0);
    expect(find().hash).toBe(hash);
    write('shared/data/deep/b.wav', '');
    const withSecond = find().hash;
    expect(withSecond).not.toBe(hash);
    write('shared/data/deep/b.wav', 'b');
    expect(find().hash).not.toBe(withSecond);
  });
});
