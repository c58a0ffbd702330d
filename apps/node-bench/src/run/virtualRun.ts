// This file measures on a virtual clock: client, network and sandbox in one process, exact, the same for the same seed.
import type { FetchLike } from '@voicewire/client/credentials';
import { Mp3Decoders } from '@voicewire/client/node';
import { FakeClock } from '@voicewire/client/testing';
import { loadDsp } from '@voicewire/dsp-wasm';
import { loadClips } from '@voicewire/sandbox';
import {
  MEMORY_AUTHORITY,
  createMemoryNetwork,
  createRandom,
  createSandbox,
  loadMp3Codec,
  type MemoryNetwork,
  type SandboxBehaviour,
} from '@voicewire/sandbox/memory';
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
  const { vendor } = options;
  const decoders = Array.from({ length: options.sessions }, () => new Mp3Decoders());
  const clock = new FakeClock(0, { settle: () => settleAll(decoders) });
  // Before time starts: what takes real time must not happen while virtual time waits for it.
  const [dsp, clips, mp3] = await Promise.all([loadDsp(), loadClips(), loadMp3Codec()]);
  const prepared = vendor.prepareSandbox?.(options.sessions);
  const random = createRandom(options.seed);
  const sandbox = createSandbox({ ...behaviour, ...prepared?.behaviour, clock, random, dsp, clips, mp3 });
  const memory = createMemoryNetwork({ sandbox, clock, delayMs });
  const access = {
    apiUrl: `http://${MEMORY_AUTHORITY}`,
    variables: { ...vendor.variables, ...prepared?.variables },
    fetch: fetchFrom(memory),
    clock,
  };
  const surroundings = {
    clock,
    dsp,
    sockets: memory.sockets,
    decoders: (index: number) => decoders[index],
    createVendor: (index: number) => vendor.connect(access, index),
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

/** Answers take no time: what they cost is the network's, and `connect` has none of it. */
function fetchFrom(memory: MemoryNetwork): FetchLike {
  return (url, { method, headers, body }) => {
    // As a server of Node's sees them.
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const request = { url, method, headers: Object.fromEntries(named), ...(body === undefined ? {} : { body }) };
    const answer = memory.request(request);
    return Promise.resolve({ status: answer.status, text: () => Promise.resolve(answer.body) });
  };
}

async function settleAll(decoders: readonly Mp3Decoders[]): Promise<void> {
  for (const each of decoders) await each.idle();
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
