import { describe, expect, test } from 'vitest';
import { readOptions } from './readOptions.mjs';

describe('readOptions', () => {
  test.each([
    [[], []],
    [
      ['--port', '5200'],
      ['--port', '5200'],
    ],
    [['--host'], ['--host']],
    [
      ['--host', '--port', '0'],
      ['--port', '0', '--host'],
    ],
    [
      ['--', '--host', '192.0.2.1'],
      ['--host', '192.0.2.1'],
    ],
  ])('turns %j into %j', (words, forVite) => {
    expect(readOptions(words)).toEqual({ wantsHelp: false, forVite });
  });

  test('sees a wish for help', () => {
    expect(readOptions(['--help'])).toEqual({ wantsHelp: true, forVite: [] });
  });

  test.each([
    [['--port', '65536'], /--port is '65536', wanted a whole number up to 65535/],
    [['--port', 'x'], /--port is 'x'/],
    [['--port'], /--port/],
    [['--prot', '1'], /--prot/],
    [['5200'], /5200/],
  ])('refuses %j and says why', (words, problem) => {
    expect(readOptions(words)).toEqual({ problem: expect.stringMatching(problem) });
  });
});
