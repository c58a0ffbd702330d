import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { ByteFilter } from './byteFilter.ts';

const SEED = 91;
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJhbGciOiJIUzI1NiJ9.c2ln';
/** Begins as TOKEN does. */
const SHORT = 'eyJhbGciOiJIUzI1NiJ9';

function filtered(credentials: unknown, pieces: readonly string[]): string {
  const filter = new ByteFilter(credentials);
  const shown = pieces.map((piece) => Buffer.from(filter.push(Buffer.from(piece, 'latin1'))).toString('latin1'));
  return shown.join('') + Buffer.from(filter.end()).toString('latin1');
}

describe('ByteFilter', () => {
  test(`shows what replacing in the whole text would, for 2,000 texts cut anywhere (seed ${SEED})`, () => {
    const random = createSeededRandom(SEED);
    const words = [TOKEN, SHORT, 'eyJ', 'e', '"', '\xe9\xff\0', '\r\n', TOKEN.slice(0, 30), TOKEN.slice(3)];
    for (let round = 0; round < 2_000; round++) {
      const text = `${Array.from({ length: random.integer(0, 12) }, () => words[random.integer(0, words.length - 1)]).join('')}.`;
      const pieces: string[] = [];
      for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0)
        pieces.push(text.slice(at, at + random.integer(1, 40)));
      const wanted = text.replaceAll(new RegExp(`${TOKEN}|${SHORT}`.replaceAll('.', '\\.'), 'g'), '[redacted]');
      expect(filtered({ token: TOKEN, apiKey: SHORT }, pieces), `${random}: ${text}`).toBe(wanted);
    }
  });

  test('keeps back only what may become a secret, and no longer than that', () => {
    const filter = new ByteFilter({ token: TOKEN });
    const push = (text: string): string => Buffer.from(filter.push(Buffer.from(text))).toString();
    const shown = [push('a\n'), push('b eyJh'), push('x\n'), push(TOKEN.slice(0, -1)), push(TOKEN.slice(-1))];
    expect(shown).toEqual(['a\n', 'b ', 'eyJhx\n', '', '[redacted]']);
  });

  test('shows nothing of a secret that the end cuts off, unless it is short enough to be anything', () => {
    expect(filtered({ token: TOKEN }, ['bad: ', TOKEN.slice(0, 40)])).toBe('bad: [redacted]');
    expect(filtered({ token: TOKEN }, ['bad: eyJhb'])).toBe('bad: eyJhb');
  });

  test('without secrets gives the very bytes', () => {
    const bytes = Buffer.from('{"type":"x"}');
    expect(new ByteFilter({ session: 'x', token: 'short' }).push(bytes)).toBe(bytes);
  });
});
