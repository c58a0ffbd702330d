// This file checks that no vendor brings another with it: neither its code nor a part of it.
import { describe, expect, test } from 'vitest';
import { weigh } from '../scripts/weigh.mjs';

/** Folders below `src` that an entry may hold something of, besides the shared ones. The two Amigos are one vendor. */
const OWN_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'amigo/index': ['amigo', 'amigo-shared'],
  'amigo-shared/agentActions': ['amigo-shared'],
  'amigo-notes/index': ['amigo-notes', 'amigo-shared'],
  'voice-api/index': ['voice-api'],
  'soca/index': ['soca'],
};
const SHARED_FOLDERS = ['neutral', 'wire'];

describe.each(Object.entries(OWN_FOLDERS))('%s', (entry, ownFolders) => {
  test(`holds nothing of other vendors: only ${ownFolders.join(' and ')}, and what all share`, async () => {
    const { files } = await weigh('export *', entry);
    const folders = new Set(files.map((file) => file.split('/')[0]));
    expect(folders).toContain(ownFolders[0]);
    for (const folder of folders) expect([...SHARED_FOLDERS, ...ownFolders]).toContain(folder);
  });
});
