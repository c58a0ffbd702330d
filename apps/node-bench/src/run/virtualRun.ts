// This file measures on a virtual clock: client, network and sandbox in one process, exact, the same for the same seed.
import { FakeClock } from '@voicewire/client/testing';
import { loadDsp } from '@voicewire/dsp-wasm';
import { loadClips } from '@voicewire/sandbox';
import { createMemoryNetwork, createRandom, createSandbox, type SandboxBehaviour } from '@voicewire/sandbox/memory';
import { BenchError } from '../benchError.ts';
import type { SessionRecord } from '../conversation/sessionRecord.ts';
import { planDurationMs } from '../conversation/turnPlan.ts';
import type { Run } from '../result/benchResult.ts';
import { summarizeRun } from '../result/summarize.ts';
import { CONFIGURED_WAIT_MS, MEASURED_AGENT } from '../target/embeddedAgent.ts';
import { describeSettings, type RunOptions } from './runOptions.ts';
import { planSession, runSessions } from './runSessions.ts';

/** Added to the plan for connecting and hanging up; the vendor's own limits are shorter. */
const STALLED_AFTER_MS = 60_000;

/** What may differ from the measured agent's own behaviour; for tests, which put in what they expect to find. */
export interface VirtualNetwork {
  /** One way, ms. Default 0. */
  readonly delayMs?: number;
  /** Default: `MEASURED_AGENT`. */
  readonly behaviour?: SandboxBehaviour;
}

/**
 * @throws {BenchError} `run-stalled`.
 * @throws {VoiceError} When not one session could connect.
 */
export async function runVirtually(options: RunOptions, network: VirtualNetwork = {}): Promise<Run> {
  const { delayMs = 0, behaviour = MEASURED_AGENT } = network;
  const clock = new FakeClock();
  // Before time starts: what takes real time must not happen while virtual time waits for it.
  const [dsp, clips] = await Promise.all([loadDsp(), loadClips()]);
  const sandbox = createSandbox({ ...behaviour, clock, random: createRandom(options.seed), dsp, clips });
  const memory = createMemoryNetwork({ sandbox, clock, delayMs });
  const surroundings = {
    clock,
    dsp,
    sockets: memory.sockets,
    createVendor: () => options.vendor.connectInMemory(memory),
  };
  const limitMs = planDurationMs(planSession(options, options.sessions - 1)) + STALLED_AFTER_MS;
  const sessions = await passTime(clock, runSessions(options, surroundings), limitMs);
  sandbox.close();
  return summarizeRun(
    {
      vendor: options.vendorName,
      target: {
        kind: 'virtual-sandbox',
        ...(behaviour === MEASURED_AGENT && { configuredWaitMs: CONFIGURED_WAIT_MS }),
      },
      settings: describeSettings(options, planSession(options, 0)),
      harnessLag: null,
      warnings: [],
    },
    sessions,
  );
}

async function passTime(
  clock: FakeClock,
  running: Promise<SessionRecord[]>,
  limitMs: number,
): Promise<SessionRecord[]> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  running.then(settle, settle);
  if (await clock.advanceUntil(() => isSettled, limitMs)) return running;
  throw new BenchError(
    'run-stalled',
    `The virtual run did not end within ${limitMs} ms of its own time. Please report this.`,
  );
}
