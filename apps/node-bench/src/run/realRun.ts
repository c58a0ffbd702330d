// This file measures in real time, over real sockets: a server of the caller's, or the embedded sandbox.
import { nodeClock } from '@voicewire/client/node';
import { loadDsp } from '@voicewire/dsp-wasm';
import { doubtsOf, watchHarnessLag } from '../environment/harnessLag.ts';
import { watchProcessLoad } from '../environment/processLoad.ts';
import type { Run } from '../result/benchResult.ts';
import { summarizeRun } from '../result/summarize.ts';
import { CONFIGURED_WAIT_MS } from '../target/embeddedAgent.ts';
import { startEmbeddedSandbox } from '../target/embeddedSandbox.ts';
import { describeSettings, type RunOptions } from './runOptions.ts';
import { planSession, runSessions } from './runSessions.ts';

/** A server that is there already. */
export interface RemoteTarget {
  readonly url: string;
  /** What opens it, by the names of the vendor's variables. Some are secret. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * @param remote Null: the embedded sandbox is started, and stopped afterwards.
 * @throws {BenchError} `sandbox-failed`.
 * @throws {VoiceError} When not one session could connect.
 */
export async function runInRealTime(options: RunOptions, remote: RemoteTarget | null): Promise<Run> {
  if (remote !== null) {
    return measure(options, remote, { kind: 'url', url: withoutSecrets(remote.url) });
  }
  const { vendor, sessions, seed } = options;
  const { behaviour, variables } = vendor.prepareSandbox?.(sessions) ?? {};
  const sandbox = await startEmbeddedSandbox(seed, behaviour);
  try {
    const target = { url: sandbox.apiUrl, variables: { ...vendor.variables, ...variables } };
    return await measure(options, target, { kind: 'embedded-sandbox', configuredWaitMs: CONFIGURED_WAIT_MS });
  } finally {
    await sandbox.stop();
  }
}

async function measure(options: RunOptions, { url, variables }: RemoteTarget, target: Run['target']): Promise<Run> {
  const surroundings = {
    clock: nodeClock,
    dsp: await loadDsp(),
    createVendor: (index: number) => options.vendor.connect({ apiUrl: url, variables, fetch, clock: nodeClock }, index),
  };
  const stopWatching = watchHarnessLag();
  const readLoad = watchProcessLoad();
  const sessions = await runSessions(options, surroundings);
  const coreRatio = readLoad();
  const harnessLag = stopWatching();
  const settings = describeSettings(options, planSession(options, 0));
  const run = summarizeRun(
    { vendor: options.vendorName, target, settings, coreRatio, harnessLag, warnings: [] },
    sessions,
  );
  return { ...run, warnings: doubtsOf(run.stages, harnessLag) };
}

/** An address may carry a user name, a password or a token; none of them belongs into a report. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
