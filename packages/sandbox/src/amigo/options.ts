// This file defines how the server of Amigo's real-time voice can be set: above all, what its pages leave open.
import type { Profile } from '../server/policy.ts';
import { SandboxError } from '../errors.ts';
import type { AmigoFault } from './faults.ts';
import type { RateWindow } from './rateWindow.ts';

/** All optional. Where the vendor's pages say nothing, the field says so, and the default is the likelier reading. */
export interface AmigoServerOptions {
  /** How a refused token shows: `close` upgrades and closes with 3000, `http` answers 401. Default `close`. */
  readonly refusal?: 'close' | 'http';
  /** When a token expires during a session: `close` with 3000, or `ignore`. Not said. Default `close`. */
  readonly expiry?: 'close' | 'ignore';
  /** How long a connection that broke off keeps its place, in ms. Not said. Default 30000. */
  readonly dropHoldMs?: number;
  /** "1MB": 10^6 bytes, or 2^20. Default `decimal`. */
  readonly messageLimit?: 'decimal' | 'binary';
  /** Close code of a message that is larger: 1009, or 4000. Not said. Default `too-big`. */
  readonly oversized?: 'too-big' | 'bad-request';
  /** Which 60 s the rate limit means. Not said. Default `sliding`. */
  readonly rateWindow?: RateWindow;
  /**
   * What a start is while the user has an unfinished conversation with the service: 4009, 4000, or the end of the
   * old one. Over HTTP it is refused. Default `conflict`.
   */
  readonly unfinishedConversation?: 'conflict' | 'bad-request' | 'finish';
  /** Which audio is "the first chunk" that is described. Not said. Default `utterance`. */
  readonly audioConfigScope?: 'utterance' | 'connection';
  /** Key that names the format in `audio_config`: `format` as on the page, `type` as over HTTP. Default `format`. */
  readonly audioConfigKey?: 'format' | 'type' | 'either';
  /** Sample rates of PCM: 16000 Hz, or 4000 to 44100 as over HTTP. Default `documented`. */
  readonly pcmRates?: 'documented' | 'any';
  /** Audio before turn detection is acknowledged. Not said. Default `hear`. */
  readonly earlyAudio?: 'hear' | 'discard';
  /** Close code of a finish with turn detection on: 4000, or 4009. Not said. Default `bad-request`. */
  readonly earlyFinish?: 'bad-request' | 'conflict';
  /** What becomes of an interrupted interaction: it just stops, or is completed. Not said. Default `stop`. */
  readonly interrupted?: 'stop' | 'complete';
  /** Who closes the socket after `close-connection`. Not said. Default `client`. */
  readonly closer?: 'client' | 'server';
  /** From `conversation-created` to the agent's first words, in ms, beside the agent's own delay; or none. Default 0. */
  readonly greetingDelayMs?: number | 'never';
  /** From a start or continue to its answer, in ms. Default 20. */
  readonly createdDelayMs?: number | 'never';
  /** From switching turn detection on to the acknowledgement, in ms. Default 20. */
  readonly vadOnDelayMs?: number | 'never';
  /** The same for switching off; the page allows up to 10000. Default 300. */
  readonly vadOffDelayMs?: number | 'never';
  /** From finishing to `conversation-completed`, in ms. Default 20. */
  readonly finishDelayMs?: number | 'never';
  /** Audio per `new-message`, in ms. Default 100. */
  readonly pieceMs?: number;
  /** Speed at which the agent's audio is sent; 1 is real time. Default 4. */
  readonly deliverySpeedRatio?: number;
  /** Of the agent's PCM, in Hz. Nowhere said; fillers have 16000. Default 16000. */
  readonly pcmSampleRate?: number;
  /** Of the agent's MP3, mono. Nowhere said. Default 44100 Hz at 128 kbit/s. */
  readonly mp3SampleRate?: 22_050 | 44_100;
  /** `sequence_number` of a message's first piece: 1 on the page, 0 in the vendor's tests. Default 1. */
  readonly firstSequenceNumber?: number;
  /** From the end of the user's turn to a filler, while the agent has said nothing, in ms. Default 1500. */
  readonly fillerAfterMs?: number | 'never';
  /** Agent actions without `current_agent_action_type`: all (OpenAPI), or none (events page). Default `all`. */
  readonly unfilteredActions?: 'all' | 'none';
  /** When the zero of speech times is moved, between utterances, in ms. Nowhere said. Default 60000. */
  readonly zeroResetAfterMs?: number | 'never';
  /** Faults of every connection. Default none. */
  readonly faults?: readonly AmigoFault[];
}

/** Options with the defaults filled in; faults live in a plan of their own. */
export type AmigoSettings = Required<Omit<AmigoServerOptions, 'faults'>>;

/** See each field of `AmigoServerOptions`. */
export const AMIGO_DEFAULTS: AmigoSettings = {
  refusal: 'close',
  expiry: 'close',
  dropHoldMs: 30_000,
  messageLimit: 'decimal',
  oversized: 'too-big',
  rateWindow: 'sliding',
  unfinishedConversation: 'conflict',
  audioConfigScope: 'utterance',
  audioConfigKey: 'format',
  pcmRates: 'documented',
  earlyAudio: 'hear',
  earlyFinish: 'bad-request',
  interrupted: 'stop',
  closer: 'client',
  greetingDelayMs: 0,
  createdDelayMs: 20,
  vadOnDelayMs: 20,
  vadOffDelayMs: 300,
  finishDelayMs: 20,
  pieceMs: 100,
  deliverySpeedRatio: 4,
  pcmSampleRate: 16_000,
  mp3SampleRate: 44_100,
  firstSequenceNumber: 1,
  fillerAfterMs: 1500,
  unfilteredActions: 'all',
  zeroResetAfterMs: 60_000,
};

/** What a profile changes in the defaults; options win over it. */
export const PROFILE_SETTINGS: Readonly<Record<Profile, Partial<AmigoSettings>>> = {
  documented: {},
  literal: {},
  hostile: { vadOffDelayMs: 9900, firstSequenceNumber: 0, zeroResetAfterMs: 5000, interrupted: 'complete' },
  legacy: { firstSequenceNumber: 0 },
};

/** Faults that a profile brings along. */
export const PROFILE_FAULTS: Readonly<Record<Profile, readonly AmigoFault[]>> = {
  documented: [],
  literal: [],
  hostile: ['extra-fields', 'unknown-message', 'odd-pieces', 'null-stop', 'stray-vad-on', 'late-pieces'],
  legacy: ['http-spellings', 'empty-alignment'],
};

/** Range of each option that is a number. */
const RANGES = {
  dropHoldMs: [0, 600_000],
  pieceMs: [1, 60_000],
  deliverySpeedRatio: [0.1, 1000],
  pcmSampleRate: [8000, 48_000],
  firstSequenceNumber: [0, 1_000_000],
} as const satisfies Partial<Record<keyof AmigoSettings, readonly [min: number, max: number]>>;

const DELAYS = [
  'greetingDelayMs',
  'createdDelayMs',
  'vadOnDelayMs',
  'vadOffDelayMs',
  'finishDelayMs',
  'fillerAfterMs',
  'zeroResetAfterMs',
] as const satisfies readonly (keyof AmigoSettings)[];
const MAX_DELAY_MS = 600_000;

/**
 * Checks what has a range.
 *
 * @throws {SandboxError} `invalid-option`.
 */
export function checkOptions(options: AmigoServerOptions): void {
  for (const [name, [min, max]] of Object.entries(RANGES) as [keyof typeof RANGES, readonly [number, number]][]) {
    const value = options[name];
    if (value !== undefined && !(value >= min && value <= max)) throw invalid(name, value, `${min} to ${max}`);
  }
  for (const name of DELAYS) {
    const value = options[name];
    if (value === undefined || value === 'never') continue;
    if (!(value >= 0 && value <= MAX_DELAY_MS)) throw invalid(name, value, `0 to ${MAX_DELAY_MS}, or 'never'`);
  }
}

function invalid(option: string, actual: number, expected: string): SandboxError {
  return new SandboxError('invalid-option', `${option} is ${actual}, wanted ${expected}.`, {
    option,
    actual,
    expected,
  });
}
