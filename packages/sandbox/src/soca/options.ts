// This file lists what a Soca server can be told. Where the vendor's pages are silent, both readings are there.
import { SandboxError } from '../errors.ts';
import type { BargeGateThresholds, PartialTranscript } from './bargeGate.ts';
import type { SocaFault } from './faults.ts';

/** How the server behaves where it is not told to misbehave. Times in ms. */
export interface SocaSettings {
  /** The key that works. */
  readonly privateKey: string;
  /** The agents that exist. */
  readonly agentIds: readonly string[];
  /** Whether `start` may name a session that was not created here, as the vendor's demo does. */
  readonly unknownSessions: 'accept' | 'refuse';
  /** From opening to the latest time of `start`. */
  readonly startTimeoutMs: number;
  /** From `start` to `ready`. */
  readonly readyDelayMs: number;
  /** From `ready` to `stt.ready`, 0 to 5000. */
  readonly sttReadyDelayMs: number;
  /** What follows an `error` that refuses `start`. */
  readonly afterError: 'close' | 'keep-open';
  /** What follows audio of odd length. */
  readonly oddAudio: 'ignore' | 'close';
  /** `confirm`: the reply ends and a `barge` with the next number says so. `obey`: it ends. `ignore`: it goes on. */
  readonly clientBarge: 'confirm' | 'obey' | 'ignore';
  /** What `stop` ends: the user's utterance, which gives an `stt.final` even without one; that, and the agent's reply; nothing. */
  readonly clientStop: 'end-utterance' | 'end-reply' | 'ignore';
  /** Whether fillers that interrupted nothing are answered once the user is silent; the answer then interrupts. */
  readonly fillerFinals: 'ignore' | 'answer';
  /** From the first word to the first partial, and between two. */
  readonly partialEveryMs: number;
  /** When the user's speech interrupts the agent. */
  readonly gate: Partial<BargeGateThresholds>;
  /** What the recogniser makes of the speech so far, in place of the transcriber; nothing sends no partial. */
  readonly recognize:
    | ((heard: { readonly transcript: string; readonly speechMs: number }) => PartialTranscript | undefined)
    | undefined;
  /** Speed at which the chunks of a sentence are sent; 1 is real time. */
  readonly deliverySpeedRatio: number;
}

/** See `SocaSettings`. */
export const SOCA_DEFAULTS: SocaSettings = {
  privateKey: 'demo-key',
  agentIds: ['68aa00bb11cc22dd33ee44ff'],
  unknownSessions: 'accept',
  startTimeoutMs: 5000,
  readyDelayMs: 40,
  sttReadyDelayMs: 60,
  afterError: 'close',
  oddAudio: 'ignore',
  clientBarge: 'confirm',
  clientStop: 'end-utterance',
  fillerFinals: 'ignore',
  partialEveryMs: 200,
  gate: {},
  recognize: undefined,
  deliverySpeedRatio: 4,
};

/** Options of the Soca server. */
export interface SocaServerOptions extends Partial<SocaSettings> {
  /** Faults of every connection. */
  readonly faults?: readonly SocaFault[];
}

const MAX_DELAY_MS = 600_000;
const MAX_SPEED_RATIO = 1000;

/**
 * Fills in the defaults.
 *
 * @throws {SandboxError} `invalid-option` for a number out of range.
 */
export function checkSettings(options: Partial<SocaSettings>): SocaSettings {
  const settings = { ...SOCA_DEFAULTS, ...options };
  for (const name of ['startTimeoutMs', 'readyDelayMs', 'sttReadyDelayMs'] as const) {
    checkRange(name, settings[name], 0, MAX_DELAY_MS);
  }
  checkRange('partialEveryMs', settings.partialEveryMs, 1, MAX_DELAY_MS);
  checkRange('deliverySpeedRatio', settings.deliverySpeedRatio, 1 / MAX_SPEED_RATIO, MAX_SPEED_RATIO);
  return settings;
}

function checkRange(option: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  const expected = `${min} to ${max}`;
  throw new SandboxError('invalid-option', `soca.${option} is ${value}, wanted ${expected}.`, { option, expected });
}
