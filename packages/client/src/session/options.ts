// This file defines what a session is made with: its ports and its options, checked once.
import type { Vendor } from '@voicewire/protocol';
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import type { CredentialsOptions } from '../credentials/loadCredentials.ts';
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioDevices } from '../ports/audioDevices.ts';
import type { AudioEncoders } from '../ports/audioEncoder.ts';
import type { AudioInput } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Lifecycle } from '../ports/lifecycle.ts';
import type { ConnectionPorts } from './connection.ts';
import { DEFAULT_RETRY_POLICY, type ReconnectOptions } from './retryPolicy.ts';
import type { SessionEmitter, SessionEventName, SessionListener } from './events.ts';
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

/** When the user's voice stops the agent. */
export interface BargeInOptions {
  /** Speech that goes on for so long is meant, in ms; shorter sounds are a cough. Default 200. */
  readonly minSpeechMs?: number;
}

/** How speech is told from other sound. */
export interface VadOptions {
  /** Score from which a frame is speech, 0 to 1. Default 0.5. */
  readonly threshold?: number;
}

/** Listeners as options: `onTranscript` is `on('transcript', …)`. */
export type ListenerOptions = {
  readonly [Name in SessionEventName as `on${Capitalize<Name>}`]?: SessionListener<Name>;
};

/** What every platform's `createVoiceSession` takes beside its ports. */
export interface SessionOptions extends ListenerOptions, CredentialsOptions {
  readonly vendor: Vendor;
  /** What happens when the connection breaks. `false`: the session ends. Default: it reconnects. */
  readonly reconnect?: ReconnectOptions | false;
  /**
   * Whether the user's voice stops the agent at once, by what the microphone hears. Default: that is for the server to say.
   * Without echo cancellation the agent would stop itself.
   */
  readonly bargeIn?: BargeInOptions | false;
  /** How speech is told from other sound in the microphone. */
  readonly vad?: VadOptions;
  /**
   * Lets the microphone go while it is muted or the call is on hold, so that the browser shows it as off. Taking it back
   * needs a moment, and may fail. Default: it stays open.
   */
  readonly releaseMicrophone?: boolean;
  /** Receives what an event listener threw. Without it such faults are dropped: they are not the engine's. */
  readonly onListenerFault?: (fault: unknown) => void;
}

/** How long a hand-over waits for a pause, in ms. */
const HAND_OVER_PATIENCE_MS = 60_000;

/** How the user's speech is found, and what it does. */
export interface SpeechSettings {
  /** Score from which a frame is speech. */
  readonly threshold: number;
  /** Speech of this length stops the agent, in ms. Null: it does not. */
  readonly bargeInMs: number | null;
}

/** @throws {StateError} `invalid-option`, naming the option. */
export function readSpeechSettings({ bargeIn = false, vad = {} }: SessionOptions): SpeechSettings {
  const { threshold = 0.5 } = vad;
  if (!(threshold >= 0 && threshold <= 1)) throw refuse('vad.threshold', threshold, 'from 0 to 1');
  if (bargeIn === false) return { threshold, bargeInMs: null };
  const { minSpeechMs = 200 } = bargeIn;
  if (!(minSpeechMs >= 0)) throw refuse('bargeIn.minSpeechMs', minSpeechMs, '0 or more');
  return { threshold, bargeInMs: minSpeechMs };
}

/** Puts on the listeners that came as options. */
export function addListeners(options: SessionOptions, emitter: SessionEmitter): void {
  const { onListenerFault: _fault, ...rest } = options;
  for (const [option, listener] of Object.entries<unknown>(rest)) {
    if (!/^on[A-Z]/.test(option) || typeof listener !== 'function') continue;
    const name = (option.charAt(2).toLowerCase() + option.slice(3)) as SessionEventName;
    emitter.on(name, listener as SessionListener<typeof name>);
  }
}

function refuse(option: string, value: unknown, wanted: string): VoiceError {
  const happened = `${option} is ${String(value)}, but must be ${wanted}.`;
  return createVoiceError('invalid-option', happened, { details: { option, value } });
}

/** @throws {StateError} `invalid-option`, naming the option. */
export function readSettings({ vendor, reconnect = {} }: SessionOptions): ReducerSettings {
  const { timeouts, mayOverlapConnections: mayOverlap } = vendor.capabilities;
  const fixed = { timeouts, mayOverlap };
  if (reconnect === false) return { ...fixed, retryPolicy: null, handOverAfterMs: null, handOverByMs: null };
  for (const [option, value] of Object.entries<unknown>({ ...reconnect })) {
    if (typeof value === 'number' && value >= 0) continue;
    throw refuse(`reconnect.${option}`, value, '0 or more');
  }
  const { handOverAfterMs = null, handOverByMs, ...policy } = reconnect;
  const latestMs = handOverAfterMs === null ? null : (handOverByMs ?? handOverAfterMs + HAND_OVER_PATIENCE_MS);
  return { ...fixed, retryPolicy: { ...DEFAULT_RETRY_POLICY, ...policy }, handOverAfterMs, handOverByMs: latestMs };
}
