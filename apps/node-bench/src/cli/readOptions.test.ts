import { describe, expect, test } from 'vitest';
import { readOptions } from './readOptions.ts';

const read = (line: string) => readOptions(line.split(' ').filter((word) => word !== ''));

describe('readOptions', () => {
  test('run has defaults: voice-api, 10 turns, 1 session, 1 warm-up turn, 5 s, embedded sandbox', () => {
    expect(read('run')).toEqual({
      name: 'run',
      vendor: 'voice-api',
      url: null,
      turns: 10,
      sessions: 1,
      warmupTurns: 1,
      answerLimitMs: 5000,
      seed: 1,
      inputPath: null,
      jsonPath: null,
      htmlPath: null,
      isVirtual: false,
    });
  });

  test('run takes every documented option', () => {
    const line =
      'run --vendor all --url http://127.0.0.1:1 --turns 5 --sessions 3 --input a.wav --json b.json --html c.html';
    expect(read(`${line} --seed 7 --warmup-turns 0 --answer-limit-ms 900`)).toMatchObject({
      vendor: 'all',
      url: 'http://127.0.0.1:1/',
      turns: 5,
      sessions: 3,
      inputPath: 'a.wav',
      jsonPath: 'b.json',
      htmlPath: 'c.html',
      seed: 7,
      warmupTurns: 0,
      answerLimitMs: 900,
    });
    expect(read('run --virtual')).toMatchObject({ isVirtual: true });
  });

  test('compare takes two files and a tolerance, report one or more', () => {
    expect(read('compare a.json b.json --tolerance-percent 10')).toEqual({
      name: 'compare',
      firstPath: 'a.json',
      secondPath: 'b.json',
      toleranceRatio: 0.1,
    });
    expect(read('report a.json b.json --markdown c.md')).toEqual({
      name: 'report',
      paths: ['a.json', 'b.json'],
      htmlPath: null,
      markdownPath: 'c.md',
    });
  });

  test.each(['', 'help', '--help', 'run --help', 'compare -h'])('"%s" asks for help', (line) => {
    expect(read(line)).toEqual({ name: 'help' });
  });

  test.each([
    ['walk', 'unknown-command', 'walk'],
    ['run --nope', 'unknown-option', '--nope'],
    ['run extra', 'invalid-option', 'extra'],
    ['run --turns', 'invalid-option', '--turns'],
    ['run --turns 0', 'invalid-option', '--turns'],
    ['run --turns 1.5', 'invalid-option', '--turns'],
    ['run --turns -3', 'invalid-option', '--turns'],
    ['run --sessions many', 'invalid-option', '--sessions'],
    ['run --answer-limit-ms 99', 'invalid-option', '--answer-limit-ms'],
    ['run --url nowhere', 'invalid-option', '--url'],
    ['run --url ftp://127.0.0.1', 'invalid-option', '--url'],
    ['run --virtual --url http://127.0.0.1', 'invalid-option', '--virtual'],
    ['run --json=', 'invalid-option', '--json'],
    ['compare a.json', 'missing-argument', 'compare'],
    ['compare a b c', 'missing-argument', 'compare'],
    ['report', 'missing-argument', 'report'],
    ['report a b --html c', 'invalid-option', '--html'],
  ])('"%s" fails with %s and names %s', (line, code, named) => {
    const wanted = expect.objectContaining({ code, message: expect.stringContaining(named) as string }) as Error;
    expect(() => read(line)).toThrow(wanted);
  });

  test.each(['http://user:hunter2@127.0.0.1', 'http://127.0.0.1/?key=hunter2', 'http://:hunter2'])(
    'a URL with a secret in it is refused, and the secret not repeated: %s',
    (url) => {
      expect(() => read(`run --url ${url}`)).toThrow(
        expect.objectContaining({
          code: 'invalid-option',
          message: expect.not.stringContaining('hunter2') as string,
        }) as Error,
      );
    },
  );
});
