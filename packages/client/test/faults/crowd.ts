// This file simulates many sessions whose server goes away at once and comes back: the reducer decides, only delays are drawn.
import { createVoiceError } from '../../src/errors.ts';
import { reduce } from '../../src/session/reduce.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/session/retryPolicy.ts';
import { INITIAL_STATE, type ReducerSettings, type SessionState, type Transition } from '../../src/session/state.ts';

export interface Crowd {
  readonly clients: number;
  /** The server is gone for so long. */
  readonly downMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Part of the clients whose return is looked at, the first ones. Default 1: all. */
  readonly ratio?: number;
}

export interface CrowdResult {
  /** Busiest stretch against the mean, over the time in which the clients come back. */
  readonly peakToMean: number;
  /** Including those that failed. */
  readonly attempts: number;
  /** When the last client was back. */
  readonly lastMs: number;
}

/** Stretches that the time of recovery is cut into. */
const STRETCHES = 20;
const SETTINGS: ReducerSettings = {
  timeouts: { credentialsMs: 10_000, connectMs: 10_000, acceptMs: 10_000, agentReadyMs: 10_000, closeMs: 1_000 },
  retryPolicy: DEFAULT_RETRY_POLICY,
  handOverAfterMs: null,
  handOverByMs: null,
  mayOverlap: false,
};
const NOBODY = createVoiceError('connect-failed', 'Nobody is there.');
/** How long the sessions had lasted. */
const AGE_MS = 60_000;

/** Attempts take no time, and fail at once while the server is gone. */
export function simulateCrowd({ clients, downMs, random, ratio = 1 }: Crowd): CrowdResult {
  const backMs: number[] = [];
  let attempts = 0;
  for (let client = 0; client < clients; client++) {
    let nowMs = 0;
    let transition = reduce(
      connectedState(),
      {
        type: 'socketClosed',
        attempt: 1,
        closeCode: 1012,
        leftForMs: null,
        verdict: { code: 'server-shutdown', retry: 'backoff', vendorCode: '1012' },
      },
      SETTINGS,
      nowMs,
    );
    for (;;) {
      nowMs += delayOf(transition, random);
      attempts += 1;
      if (nowMs >= downMs) break;
      const { attempt } = transition.state;
      transition = reduce(transition.state, { type: 'attemptFailed', attempt, error: NOBODY }, SETTINGS, nowMs);
    }
    backMs.push(nowMs);
  }
  const first = backMs.toSorted((a, b) => a - b).slice(0, Math.ceil(clients * ratio));
  return { ...measure(first, downMs), attempts };
}

function connectedState(): SessionState {
  return {
    ...INITIAL_STATE,
    status: 'connected',
    attempt: 1,
    isAccepted: true,
    wasConnected: true,
    connectedMs: -AGE_MS,
  };
}

function delayOf({ effects }: Transition, random: () => number): number {
  for (const effect of effects)
    if (effect.type === 'armRetry') return effect.delay.minMs + (effect.delay.maxMs - effect.delay.minMs) * random();
  throw new Error('The reducer gives up.');
}

function measure(backMs: readonly number[], fromMs: number): { peakToMean: number; lastMs: number } {
  const lastMs = backMs.at(-1) ?? fromMs;
  const stretchMs = (lastMs - fromMs) / STRETCHES;
  const counts = new Array<number>(STRETCHES).fill(0);
  for (const ms of backMs) {
    const stretch = Math.min(STRETCHES - 1, Math.floor((ms - fromMs) / stretchMs));
    counts[stretch] = (counts[stretch] ?? 0) + 1;
  }
  return { peakToMean: Math.max(...counts) / (backMs.length / STRETCHES), lastMs };
}
