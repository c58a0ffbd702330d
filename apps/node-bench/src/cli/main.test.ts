import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeResult, makeRun, makeTurn } from '../../test/makeResult.ts';
import { MARKER_END, MARKER_START } from '../report/markdown.ts';
import { formatBenchResult, parseBenchResult } from '../result/benchResult.ts';
import { STAGES } from '../result/stages.ts';
import { main } from './main.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voicewire-bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function call(...words: string[]) {
  let printed = '';
  let noted = '';
  const exitCode = await main(words, {
    environmentVariables: {},
    print: (text) => void (printed += text),
    note: (text) => void (noted += text),
  });
  return { exitCode, printed, noted };
}

async function saveResult(name: string, responseWaitMs: number): Promise<string> {
  const path = join(folder, name);
  const turns = Array.from({ length: 25 }, (_, i) => makeTurn(i + 1, responseWaitMs + (i % 5)));
  await writeFile(path, formatBenchResult(makeResult(makeRun(turns))));
  return path;
}

describe('voicewire-bench', () => {
  test('--help names every command, option, stage and exit code', async () => {
    const { exitCode, printed } = await call('--help');
    expect(exitCode).toBe(0);
    const options = [
      '--vendor',
      '--url',
      '--turns',
      '--sessions',
      '--input',
      '--json',
      '--html',
      '--virtual',
      '--seed',
    ];
    for (const word of ['run', 'compare', 'report', ...options, ...STAGES, 'exit code'])
      expect(printed).toContain(word);
  });

  test('a mistake is one sentence with its code on standard error, and exit code 2', async () => {
    const { exitCode, printed, noted } = await call('run', '--nope');
    expect([exitCode, printed]).toEqual([2, '']);
    expect(noted).toMatch(/^voicewire-bench: Unknown option '--nope'.*\[unknown-option.*\]\n$/);
  });

  test('run --virtual prints the table and writes JSON and HTML, in folders it makes', async () => {
    const [json, html] = [join(folder, 'new', 'a.json'), join(folder, 'new', 'a.html')];
    const { exitCode, printed, noted } = await call('run', '--virtual', '--turns', '2', '--json', json, '--html', html);
    expect([exitCode, noted.split('\n').length]).toEqual([0, 4]);
    for (const stage of STAGES) expect(printed).toContain(`\n${stage} `);
    expect(parseBenchResult(await readFile(json, 'utf8'), json).runs[0]?.turns).toBe(2);
    expect(await readFile(html, 'utf8')).toContain('</html>');
  });

  test('a folder that cannot be made is found out before anything is measured', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { exitCode, printed, noted } = await call('run', '--virtual', '--json', join(file, 'a.json'));
    expect([exitCode, printed]).toEqual([2, '']);
    expect(noted).toContain('[output-not-writable');
  });

  test('compare exits with 0 for the same and with 1 for the slower', async () => {
    const [a, b, slow] = [
      await saveResult('a.json', 600),
      await saveResult('b.json', 601),
      await saveResult('c.json', 700),
    ];
    expect((await call('compare', a, b)).exitCode).toBe(0);
    const worse = await call('compare', a, slow);
    expect(worse.exitCode).toBe(1);
    expect(worse.printed).toContain('B is slower than A.');
    expect((await call('compare', slow, a)).exitCode).toBe(0);
  });

  test('report prints a saved result, and puts it into a page', async () => {
    const page = join(folder, 'page.md');
    await writeFile(page, `Before\n${MARKER_START}\n${MARKER_END}\nAfter\n`);
    const { exitCode, printed } = await call('report', await saveResult('a.json', 600), '--markdown', page);
    expect(exitCode).toBe(0);
    expect(printed).toContain('timeToFirstAudio');
    expect(await readFile(page, 'utf8')).toMatch(/^Before[\s\S]*`timeToFirstAudio`[\s\S]*After\n$/);
  });

  test.each([
    [['report', 'missing.json'], 'result-not-readable'],
    [['run', '--vendor', 'nobody'], 'vendor-unavailable'],
    [['run', '--input', 'missing.wav'], 'input-not-readable'],
  ])('%j fails with %s', async (words, code) => {
    const { exitCode, noted } = await call(...words);
    expect(exitCode).toBe(2);
    expect(noted).toContain(`[${code}`);
  });
});
