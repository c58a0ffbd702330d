// This file defines how the Voice API server can be set.
import type { VoiceApiFault } from './faults.ts';

/** All optional; the defaults are the vendor's documented behaviour. */
export interface VoiceApiOptions {
  /** The key that opens the token endpoint. Default `demo-key`. */
  readonly apiKey?: string;
  /** A key that is known and switched off: 403. Default `disabled-key`. */
  readonly disabledApiKey?: string;
  /** From the token message to `connected`, in ms. Default 20. */
  readonly connectedDelayMs?: number;
  /** From `connected` to `agent_ready`, in ms. Default 100. */
  readonly agentReadyDelayMs?: number;
  /** What a used token is: `refuse` (C-02) or only `record`. The vendor does not say. Default `refuse`. */
  readonly tokenReuse?: 'refuse' | 'record';
  /** What messages before `connected` are: `ignore` (C-06) or `refuse`. The vendor does not say. Default `ignore`. */
  readonly earlyMessages?: 'ignore' | 'refuse';
  /** Faults of every connection; a scenario and `?fault=` on the token request add to them. Default none. */
  readonly faults?: readonly VoiceApiFault[];
}

/** See each field of `VoiceApiOptions`. */
export const VOICE_API_DEFAULTS = {
  apiKey: 'demo-key',
  disabledApiKey: 'disabled-key',
  connectedDelayMs: 20,
  agentReadyDelayMs: 100,
  tokenReuse: 'refuse',
  earlyMessages: 'ignore',
} as const satisfies VoiceApiOptions;

/** Options with the defaults filled in; faults live in a plan of their own. */
export type VoiceApiSettings = Required<Omit<VoiceApiOptions, 'faults'>>;
