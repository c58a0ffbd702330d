// This file reads every JSON object out of the vendors' own pages, where they lie beside the repository, and holds the
// parsers against those that are messages.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSharedFile } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import * as amigo from '../src/amigo/index.ts';
import * as soca from '../src/soca/index.ts';
import * as voiceApi from '../src/voice-api/index.ts';

/** What a page's examples are read by. */
interface Reader {
  readonly page: string;
  /** Objects that are messages, not parts of one, settings of a browser, or bodies of HTTP. */
  readonly isMessage: (object: Readonly<Record<string, unknown>>) => boolean;
  readonly parsers: readonly ((json: string) => {
    readonly ok: boolean;
    readonly message?: { readonly type: string };
  })[];
  /** Messages that the page holds at the least, so that a reader that finds none does not pass. */
  readonly minCount: number;
}

const READERS: Readonly<Record<string, Reader>> = {
  'Amigo, real time': {
    page: '000_001202f6a76adfda.txt',
    isMessage: ({ type }) => typeof type === 'string' && /^(client|server)\./.test(type),
    parsers: [amigo.parseServerMessage, amigo.parseClientMessage],
    minCount: 20,
  },
  'Voice API': {
    page: '002_300445899f8ad283.txt',
    isMessage: ({ type, token }) => typeof type === 'string' || typeof token === 'string',
    parsers: [voiceApi.parseServerMessage, voiceApi.parseClientMessage],
    minCount: 0,
  },
  Soca: {
    page: '004_ca83c0bc640d543f.txt',
    isMessage: ({ type, stepType }) =>
      typeof stepType === 'string' || (typeof type === 'string' && !type.includes('/')),
    parsers: [soca.parseServerMessage, soca.parseClientMessage],
    minCount: 10,
  },
};

const pages = findSharedFile('reference/vendor-docs');

describe.skipIf(pages === null)("messages in the vendors' pages", () => {
  test.each(Object.entries(READERS))(
    '%s: every one is read by the vendor’s parsers, as a type they know',
    (_name, reader) => {
      const path = join(pages ?? '', reader.page);
      expect(existsSync(path), path).toBe(true);
      const messages = findObjects(readFileSync(path, 'utf8')).filter(reader.isMessage);
      expect(messages.length).toBeGreaterThanOrEqual(reader.minCount);
      const unread = messages.filter((message) => {
        const results = reader.parsers.map((parse) => parse(JSON.stringify(message)));
        return !results.some(({ ok, message: read }) => ok && read?.type !== 'unknown');
      });
      expect(unread).toEqual([]);
    },
  );
});

test('objects are found in prose and code, with comments, single quotes, bare keys and dots for what is left out', () => {
  const text = 'say { type: \'a\', // first\n  list: [1, ...], } or {"b": {"c": 2}} but not { this }';
  expect(findObjects(text)).toEqual([{ type: 'a', list: [1] }, { b: { c: 2 } }, { c: 2 }]);
});

/** Every balanced pair of braces that can be read as an object, the way people write them on pages. */
function findObjects(text: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const object = readLoosely(text.slice(start, findEnd(text, start)));
    if (object !== undefined) found.push(object);
  }
  return found;
}

function findEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return start;
}

function readLoosely(source: string): Record<string, unknown> | undefined {
  const json = source
    .replace(/\/\/[^\n"]*$/gm, '')
    .replace(/\.\.\.(?=[\s,}\]])/g, '')
    .replace(/,\s*(?=[}\]])/g, '')
    .replace(/([{,]\s*)([A-Za-z_]+)\s*:/g, '$1"$2":')
    .replace(/'/g, '"');
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
