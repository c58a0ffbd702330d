// This file defines what a session is made with: its ports and its options, checked once.
import type { Vendor } from '@voicewire/protocol';
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import type { CredentialsOptions } from '../credentials/loadCredentials.ts';
import { createVoiceError } from '../errors.ts';
import type { AudioDevices } from '../ports/audioDevices.ts';
import type { AudioEncoders } from '../ports/audioEncoder.ts';
import type { AudioInput } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Lifecycle } from '../ports/lifecycle.ts';
import type { ConnectionPorts } from './connection.ts';
import { DEFAULT_RETRY_POLICY, type ReconnectOptions } from './retryPolicy.ts';
import type { ReducerSettings } from './state.ts';

/** What a session is plugged into. */
export interface SessionPorts extends ConnectionPorts {
  readonly input: AudioInput;
  readonly output: AudioOutput;
  /** Where there are devices to choose from. */
  readonly devices?: AudioDevices;
  /** For vendors whose audio is compressed. */
  readonly decoders?: AudioDecoders;
  /** For vendors that take compressed audio. */
  readonly encoders?: AudioEncoders;
  /** What becomes of the page; where nobody tells, only the clock does. */
  readonly lifecycle?: Lifecycle;
  /** Uniform in [0, 1): spreads retries. Default: always the middle. */
  readonly random?: () => number;
}

/** What every platform's `createVoiceSession` takes beside its ports. */
export interface SessionOptions extends CredentialsOptions {
  readonly vendor: Vendor;
  /** What happens when the connection breaks. `false`: the session ends. Default: it reconnects. */
  readonly reconnect?: ReconnectOptions | false;
  /** Receives what an event listener threw. Without it such faults are dropped: they are not the engine's. */
  readonly onListenerFault?: (fault: unknown) => void;
}

/** How long a hand-over waits for a pause, in ms. */
const HAND_OVER_PATIENCE_MS = 60_000;

/** @throws {StateError} `invalid-option`, naming the option. */
export function readSettings({ vendor, reconnect = {} }: SessionOptions): ReducerSettings {
  const { timeouts, mayOverlapConnections: mayOverlap } = vendor.capabilities;
  const fixed = { timeouts, mayOverlap };
  if (reconnect === false) return { ...fixed, retryPolicy: null, handOverAfterMs: null, handOverByMs: null };
  for (const [option, value] of Object.entries<unknown>({ ...reconnect })) {
    if (typeof value === 'number' && value >= 0) continue;
    const details = { option: `reconnect.${option}`, value };
    const happened = `reconnect.${option} is ${String(value)}, but must be 0 or more.`;
    throw createVoiceError('invalid-option', happened, { details });
  }
  const { handOverAfterMs = null, handOverByMs, ...policy } = reconnect;
  const latestMs = handOverAfterMs === null ? null : (handOverByMs ?? handOverAfterMs + HAND_OVER_PATIENCE_MS);
  return { ...fixed, retryPolicy: { ...DEFAULT_RETRY_POLICY, ...policy }, handOverAfterMs, handOverByMs: latestMs };
}
