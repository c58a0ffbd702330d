import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSidecar, readSidecar, sidecarPathsOf } from './sidecar.ts';

describe('parseSidecar', () => {
  test('reads segments in seconds and leaves other fields alone', () => {
    const text = '{ "kind": "manual", "segments": [[0.3, 1.25], [1.5, 2]], "duration": 3 }';
    expect(parseSidecar(text, 'a.json')).toEqual([
      { startS: 0.3, endS: 1.25 },
      { startS: 1.5, endS: 2 },
    ]);
  });

  test.each([
    ['', 'no JSON'],
    ['{}', 'segments'],
    ['{ "segments": [] }', 'at least one segment'],
    ['{ "segments": [[1]] }', 'segments.0'],
    ['{ "segments": [[1, "2"]] }', 'segments.0.1'],
    ['{ "segments": [[-1, 2]] }', 'segments.0.0'],
    ['{ "segments": [[2, 1]] }', 'a start before its end'],
    ['{ "segments": [[1, 3], [2, 4]] }', 'ascending'],
    ['{ "segments": [[0, 1e999]] }', 'segments.0.1'],
    ['null', 'its top'],
  ])('refuses %s and says "%s"', (text, why) => {
    expect(() => parseSidecar(text, 'some.json')).toThrow(
      expect.objectContaining({ code: 'sidecar-invalid', message: expect.stringContaining(why) as string }),
    );
  });
});

describe('readSidecar', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voicewire-bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const endOf = async (wav: string): Promise<number | undefined> => (await readSidecar(wav))?.[0]?.endS;

  test('looks for hello.wav.json, then for hello.json, then gives null', async () => {
    const wav = join(folder, 'hello.wav');
    expect(await readSidecar(wav)).toBeNull();
    await writeFile(join(folder, 'hello.json'), '{ "segments": [[0, 2]] }');
    expect(await endOf(wav)).toBe(2);
    await writeFile(join(folder, 'hello.wav.json'), '{ "segments": [[0, 1]] }');
    expect(await endOf(wav)).toBe(1);
  });

  test('never takes the input itself for its sidecar', () => {
    expect(sidecarPathsOf('/x/hello.WAV')).toEqual(['/x/hello.WAV.json', '/x/hello.json']);
    expect(sidecarPathsOf('/x/hello.json')).toEqual(['/x/hello.json.json']);
  });
});
