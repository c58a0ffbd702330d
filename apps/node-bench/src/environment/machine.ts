// This file describes the machine and the clock a result was measured on, without naming the machine or its user.
import { execFile } from 'node:child_process';
import { arch, cpus, loadavg, release, type } from 'node:os';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchResult } from '../result/benchResult.ts';

type Environment = BenchResult['environment'];

/** Readings taken to find the clock's smallest step: enough for one of them to fall on a step of 1 ms, 50 ms of work. */
const CLOCK_READINGS_COUNT = 100_000;
const PERCENTILES = 'nearest rank on all raw values; no interpolation, no histogram';

/** @param command How the bench was called, secrets left out. */
export async function describeEnvironment(command: string, isVirtual: boolean): Promise<Environment> {
  const cores = cpus();
  return {
    date: new Date().toISOString(),
    command,
    cpu: { model: cores[0]?.model.trim() ?? 'unknown', coresCount: cores.length },
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
    commit: await findCommit(),
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    clock: isVirtual
      ? { source: 'virtual (FakeClock of @voicewire/client/testing)', resolutionMs: 0 }
      : { source: 'performance.now', resolutionMs: measureResolutionMs(() => performance.now()) },
    percentiles: PERCENTILES,
  };
}

/** The smallest step between two readings, in ms; 0 when the clock never moved. */
export function measureResolutionMs(nowMs: () => number): number {
  let smallest = Infinity;
  let previous = nowMs();
  for (let i = 0; i < CLOCK_READINGS_COUNT; i++) {
    const now = nowMs();
    if (now > previous) smallest = Math.min(smallest, now - previous);
    previous = now;
  }
  // To the nanosecond: below that, differences of doubles are rounding.
  return smallest === Infinity ? 0 : Math.round(smallest * 1e6) / 1e6;
}

async function findCommit(): Promise<string | null> {
  const cwd = dirname(fileURLToPath(import.meta.url));
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { cwd })).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) === '' ? commit : `${commit}+`;
  } catch {
    // No git, or no repository: an installed copy has no commit.
    return null;
  }
}
