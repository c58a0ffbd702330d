import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import { findSharedFile } from '@voicewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseBenchResult } from '../src/result/benchResult.ts';
import { STAGES, TURN_PARTS } from '../src/result/stages.ts';

// The built command, as users start it: the sandbox's process can only be forked from built files.
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const SECRET = 'sk-live-hunter2-hunter2';

interface Outcome {
  readonly exitCode: number;
  readonly printed: string;
  readonly noted: string;
}

function call(words: string[], variables: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...variables };
    const child = execFile(process.execPath, [CLI, ...words], { env }, (_failure, printed, noted) =>
      resolve({ exitCode: child.exitCode ?? -1, printed, noted }),
    );
  });
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voicewire-bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('run with the embedded sandbox over loopback', () => {
  test('2 turns: every stage is there, parts add up, JSON is valid, exit code 0', async () => {
    const json = join(folder, 'result.json');
    const { exitCode, printed, noted } = await call([
      'run',
      '--turns',
      '2',
      '--answer-limit-ms',
      '2500',
      '--json',
      json,
    ]);
    expect(exitCode, noted).toBe(0);
    const result = parseBenchResult(await readFile(json, 'utf8'), json);
    const [run] = result.runs;
    expect(run).toMatchObject({ vendor: 'voice-api', sessions: 1, turns: 2, failedTurns: 0, warmupTurns: 1 });
    expect(Object.keys(run?.stages ?? {}).toSorted()).toEqual([...STAGES].toSorted());
    for (const stage of STAGES) expect(printed).toContain(`\n${stage} `);
    expect(printed).toContain('says the sidecar');
    for (const { stages } of run?.turnRecords ?? []) {
      const sum = TURN_PARTS.reduce((total, part) => total + Number(stages[part]), 0);
      expect(Math.abs(sum - Number(stages.timeToFirstAudio))).toBeLessThan(1e-6);
      // Sanity, not speed: the sandbox waits 560 ms before it answers, and the limit was 2500 ms.
      expect(Number(stages.timeToFirstAudio)).toBeGreaterThan(560);
      expect(Number(stages.timeToFirstAudio)).toBeLessThan(2500);
      expect(Number(stages.wireToDecoded)).toBeGreaterThanOrEqual(0);
    }
    // 50 messages a second for two slots and more.
    expect(run?.stages.captureToWire?.count).toBeGreaterThan(400);
  });

  const recording = findSharedFile('data/speech/en_livekit_weather_24k.wav');
  test('a real recording at 24 kHz without a sidecar is answered too', async ({ skip }) => {
    if (recording === null) skip('the shared recordings are not beside the repository');
    const words = [
      'run',
      '--turns',
      '1',
      '--warmup-turns',
      '0',
      '--answer-limit-ms',
      '2500',
      '--input',
      recording ?? '',
    ];
    const { exitCode, printed, noted } = await call(words);
    expect(exitCode, noted).toBe(0);
    expect(printed).toContain('24000 Hz');
    expect(printed).toContain('says the detector');
  });
});

describe('run against a server', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 1 });
  });
  afterAll(() => sandbox.close());

  test('with --url measures it, and shows neither key nor more of the URL than its address', async () => {
    const json = join(folder, 'result.json');
    const words = [
      'run',
      '--url',
      sandbox.url,
      '--turns',
      '1',
      '--warmup-turns',
      '0',
      '--answer-limit-ms',
      '2500',
      '--json',
      json,
    ];
    const { exitCode, noted } = await call(words, { VOICEWIRE_VOICE_API_KEY: 'demo-key' });
    expect(exitCode, noted).toBe(0);
    const text = await readFile(json, 'utf8');
    expect(parseBenchResult(text, json).runs[0]?.target).toEqual({ kind: 'url', url: sandbox.url });
    expect(text).not.toContain('demo-key');
  });

  test('a wrong key ends in credentials-rejected, and the key is shown nowhere', async () => {
    const { exitCode, printed, noted } = await call(['run', '--url', sandbox.url], { VOICEWIRE_VOICE_API_KEY: SECRET });
    expect([exitCode, printed], noted).toEqual([2, '']);
    expect(noted).toContain('[credentials-rejected');
    expect(noted).toContain('VOICEWIRE_VOICE_API_KEY');
    expect(noted).not.toContain('hunter2');
  });

  test('a disabled key ends in credentials-forbidden', async () => {
    const { exitCode, noted } = await call(['run', '--url', sandbox.url], { VOICEWIRE_VOICE_API_KEY: 'disabled-key' });
    expect(exitCode, noted).toBe(2);
    expect(noted).toContain('[credentials-forbidden');
  });

  test("a dead server ends in credentials-unavailable, with the system's word for it", async () => {
    const { exitCode, noted } = await call(['run', '--url', `http://127.0.0.1:${await findClosedPort()}`]);
    expect(exitCode, noted).toBe(2);
    expect(noted).toContain('[credentials-unavailable, ECONNREFUSED]');
  });
});

function findClosedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
