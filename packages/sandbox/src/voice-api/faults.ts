// This file names the ways in which the Voice API server can misbehave on demand. The README's table is generated from it.
import { SandboxError } from '../errors.ts';
import type { Target } from '../server/http.ts';
import { queryValue } from '../server/http.ts';

/** Settings that a fault may read; times in ms. */
interface FaultSettings {
  /** Wait before the deed. */
  readonly delayMs: number;
  /** From `session_ended` to the close of the socket; -1 never closes. */
  readonly closeAfterMs: number;
  /** Of `session_ended`. */
  readonly reason: string;
  /** Speed of agent speech; 1 is real time. */
  readonly speedRatio: number;
}

interface FaultDescription {
  /** Completes "The server …". */
  readonly does: string;
  /** The settings that it reads, with their defaults. */
  readonly defaults: Partial<FaultSettings>;
}

/** By name. */
export const FAULTS = {
  'token-error': { does: 'answers the token request with 500', defaults: {} },
  'token-malformed': { does: 'answers the token request with 200 and a body that is not JSON', defaults: {} },
  'upgrade-refused': { does: 'answers the upgrade to a WebSocket with 503', defaults: {} },
  'auth-failed': { does: 'refuses every token: `AUTH_FAILED`, 4003', defaults: {} },
  'never-connected': { does: 'takes the token and never says `connected`', defaults: {} },
  'late-connected': { does: 'says `connected` late', defaults: { delayMs: 3000 } },
  'setup-failed': { does: 'takes the token, then says `SESSION_SETUP_FAILED` and closes with 4500', defaults: {} },
  'never-ready': { does: 'never says `agent_ready`; the agent speaks all the same', defaults: {} },
  'late-ready': { does: 'says `agent_ready` late', defaults: { delayMs: 3000 } },
  'ready-twice': { does: 'says `agent_ready` twice', defaults: {} },
  'ready-after-audio': { does: 'sends the first agent audio before `agent_ready`', defaults: {} },
  'non-json-text': { does: 'sends text that is not JSON after `agent_ready`, and goes on', defaults: { delayMs: 200 } },
  'unknown-message': {
    does: 'sends a message of an unknown type after `agent_ready`, and goes on',
    defaults: { delayMs: 200 },
  },
  'odd-frames': { does: 'cuts agent audio into messages of 639 and 641 bytes in turn', defaults: {} },
  'empty-frames': { does: 'sends an empty binary message before every frame of agent audio', defaults: {} },
  burst: { does: 'sends agent speech much faster than real time', defaults: { speedRatio: 100 } },
  'unknown-end-reason': {
    does: 'ends the session after `agent_ready` with a `reason` that no document lists',
    defaults: { delayMs: 1000, closeAfterMs: 0, reason: 'unplugged' },
  },
  'session-ended': {
    does: 'ends the session after `agent_ready`',
    defaults: { delayMs: 1000, closeAfterMs: 0, reason: 'session_closed' },
  },
  'late-error': {
    does: 'says `error` with an unknown code after `agent_ready`, and goes on',
    defaults: { delayMs: 1000 },
  },
  dropped: { does: 'drops the connection after `agent_ready` without a close frame', defaults: { delayMs: 1000 } },
} as const satisfies Record<string, FaultDescription>;

/** One of the names in `FAULTS`. */
export type FaultName = keyof typeof FAULTS;

/** One fault, with the settings that differ from its defaults. */
export interface VoiceApiFault extends Partial<FaultSettings> {
  readonly name: FaultName;
}

/** Longest wait a fault may be given, in ms. */
const MAX_DELAY_MS = 600_000;
const MAX_SPEED_RATIO = 1000;
const MAX_REASON_CHARS = 200;

/** The faults of one connection, settings filled in. */
export class FaultPlan {
  readonly #faults = new Map<FaultName, Partial<FaultSettings>>();

  /**
   * @param faults Later ones replace earlier ones of the same name.
   * @throws {SandboxError} `invalid-option` for an unknown name or a setting out of range.
   */
  constructor(faults: readonly (FaultName | VoiceApiFault)[]) {
    for (const entry of faults) {
      const { name, ...settings } = typeof entry === 'string' ? { name: entry } : entry;
      if (!isFaultName(name)) throw invalid('fault', name, Object.keys(FAULTS).join(', '));
      checkSettings(settings);
      this.#faults.set(name, { ...FAULTS[name].defaults, ...settings });
    }
  }

  has(name: FaultName): boolean {
    return this.#faults.has(name);
  }

  /** Settings of a fault that is there; nothing otherwise. */
  find(name: FaultName): FaultSettings | undefined {
    const settings = this.#faults.get(name);
    return settings === undefined ? undefined : { delayMs: 0, closeAfterMs: 0, reason: '', speedRatio: 1, ...settings };
  }

  /** Both plans in one; `other` wins where both have a fault. */
  merge(other: FaultPlan): FaultPlan {
    const merged = new FaultPlan([]);
    for (const [name, settings] of [...this.#faults, ...other.#faults]) merged.#faults.set(name, settings);
    return merged;
  }
}

/**
 * Reads `?fault=never-connected&fault=burst&delayMs=500&…`; the settings go to every fault named.
 *
 * @throws {SandboxError} As `FaultPlan`.
 */
export function readFaults(target: Target): FaultPlan {
  const names = target.query.filter(([name]) => name === 'fault').map(([, value]) => value as FaultName);
  const settings = {
    ...readNumber(target, 'delayMs'),
    ...readNumber(target, 'closeAfterMs'),
    ...readNumber(target, 'speedRatio'),
  };
  const reason = queryValue(target, 'reason');
  return new FaultPlan(names.map((name) => ({ name, ...settings, ...(reason === undefined ? {} : { reason }) })));
}

function readNumber(target: Target, name: 'delayMs' | 'closeAfterMs' | 'speedRatio'): Partial<FaultSettings> {
  const text = queryValue(target, name);
  return text === undefined ? {} : { [name]: text === '' ? Number.NaN : Number(text) };
}

function checkSettings({ delayMs = 0, closeAfterMs = 0, speedRatio = 1, reason = '' }: Partial<FaultSettings>): void {
  if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS)) throw invalid('delayMs', delayMs, `0 to ${MAX_DELAY_MS}`);
  if (!(closeAfterMs >= -1 && closeAfterMs <= MAX_DELAY_MS)) {
    throw invalid('closeAfterMs', closeAfterMs, `-1 (never) to ${MAX_DELAY_MS}`);
  }
  if (!(speedRatio > 0 && speedRatio <= MAX_SPEED_RATIO)) {
    throw invalid('speedRatio', speedRatio, `over 0, up to ${MAX_SPEED_RATIO}`);
  }
  if (reason.length > MAX_REASON_CHARS) throw invalid('reason', `${reason.length} characters`, `${MAX_REASON_CHARS}`);
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

function invalid(option: string, actual: string | number, expected: string): SandboxError {
  return new SandboxError('invalid-option', `${option} is ${String(actual).slice(0, 80)}, wanted ${expected}.`, {
    option,
    expected,
  });
}
