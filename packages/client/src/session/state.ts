// This file defines what the session reducer works on: its state, its inputs, and the effects it asks for.
import type { CloseVerdict, SessionEvent, VendorTimeouts } from '@voicewire/protocol';
import type { VoiceError } from '../errors.ts';
import type { LifecycleChange } from '../ports/lifecycle.ts';
import type { DisconnectReason } from './disconnectReason.ts';
import type { SessionEvents } from './events.ts';
import type { AgentState, SessionStatus } from './status.ts';
import type { RetryDelay, RetryHistory, RetryPolicy } from './retryPolicy.ts';

/**
 * What a connection attempt is waiting for; `delay` is the pause before a retry, `away` the time in which the page is put
 * away.
 */
export type ConnectPhase = 'audio' | 'delay' | 'away' | 'credentials' | 'socket' | 'acceptance' | 'agent';

/** Waits with a limit; each fires at most once per attempt. */
export type TimerName = 'credentials' | 'socket' | 'acceptance' | 'agent' | 'retry' | 'handOver';

/** How a session ends: what the caller of `connect` gets, and what `disconnected` says. */
export type Ending =
  | { readonly kind: 'reason'; readonly reason: DisconnectReason }
  | { readonly kind: 'error'; readonly error: VoiceError };

/** The connection that is to take the place of the one that holds. */
export interface Successor {
  readonly attempt: number;
  readonly phase: Exclude<ConnectPhase, 'audio' | 'delay' | 'away'> | 'ready';
  readonly isUplinkOpen: boolean;
  readonly isResumed: boolean;
}

export interface SessionState {
  readonly status: SessionStatus;
  /** Only while connecting or reconnecting. */
  readonly phase: ConnectPhase | null;
  /** The attempt that counts; whatever an earlier one still reports is ignored. */
  readonly attempt: number;
  /** Numbers up to this one are taken. */
  readonly lastAttempt: number;
  /** Only while connected. */
  readonly successor: Successor | null;
  /** The vendor accepted this attempt: audio may flow. */
  readonly isAccepted: boolean;
  /** The vendor took the old conversation up again in this attempt. */
  readonly isResumed: boolean;
  /** Whether `connect()` has resolved since it was called. */
  readonly wasConnected: boolean;
  /** When the last attempt became connected, on the session clock. */
  readonly connectedMs: number;
  readonly agentState: AgentState;
  /** By what the microphone hears. */
  readonly isUserSpeaking: boolean;
  /** What the vendor said before its socket closed; decides what the close means. */
  readonly ending: Ending | null;
  /** What has gone wrong since the connection last held; null when nothing has. */
  readonly retry: RetryHistory | null;
}

export const INITIAL_STATE: SessionState = {
  status: 'disconnected',
  phase: null,
  attempt: 0,
  lastAttempt: 0,
  successor: null,
  isAccepted: false,
  isResumed: false,
  wasConnected: false,
  connectedMs: 0,
  agentState: 'idle',
  isUserSpeaking: false,
  ending: null,
  retry: null,
};

/** Everything that happens to a session. Inputs with an `attempt` count only while that attempt is the current one. */
export type SessionInput =
  | { readonly type: 'connectRequested' }
  | { readonly type: 'disconnectRequested' }
  | { readonly type: 'audioStarted'; readonly attempt: number }
  | { readonly type: 'credentialsArrived'; readonly attempt: number }
  | { readonly type: 'socketOpened'; readonly attempt: number }
  /** Anything but audio, which takes the downlink. */
  | {
      readonly type: 'vendorSaid';
      readonly attempt: number;
      readonly event: Exclude<SessionEvent, { type: 'agentAudio' }>;
    }
  /** The first agent audio of the attempt arrived. */
  | { readonly type: 'agentHeard'; readonly attempt: number }
  | {
      readonly type: 'socketClosed';
      readonly attempt: number;
      readonly verdict: CloseVerdict;
      readonly closeCode: number;
      /** The attempt was to go on with a conversation whose last connection ended so long ago; null: with none. */
      readonly leftForMs: number | null;
    }
  /** The socket is open, and nothing gets through any more. */
  | { readonly type: 'connectionStalled'; readonly attempt: number; readonly stalledMs: number }
  | { readonly type: 'timerFired'; readonly attempt: number; readonly timer: TimerName }
  /** An audio device failed for good. */
  | { readonly type: 'audioFailed'; readonly error: VoiceError }
  /** Credentials or socket could not be had in this attempt. */
  | { readonly type: 'attemptFailed'; readonly attempt: number; readonly error: VoiceError }
  | { readonly type: 'agentSpeech'; readonly isAudible: boolean }
  | { readonly type: 'userSpeech'; readonly isSpeaking: boolean }
  /** The connection that was left gracefully is closed. */
  | { readonly type: 'connectionLeft'; readonly attempt: number }
  /** What the lifecycle port tells. */
  | { readonly type: LifecycleChange }
  /** Nothing ran for so long: the machine slept. */
  | { readonly type: 'woke'; readonly sleptMs: number }
  /** The teardown asked for by `release` is done. */
  | { readonly type: 'released' };

/** What the reducer wants done. Carried out in order. */
export type SessionEffect =
  | { readonly type: 'startAudio' }
  | { readonly type: 'loadCredentials' | 'openSocket' | 'greetVendor'; readonly attempt: number }
  /** The successor is the connection from now on, and the old one is left. */
  | { readonly type: 'adoptSuccessor' }
  | { readonly type: 'dropSuccessor' }
  /** The vendor takes audio from now on; what was kept goes first. */
  | { readonly type: 'openGate' }
  /** It takes none for now: the newest is kept. */
  | { readonly type: 'closeGate' }
  /** Give the connection up; what the user says until the next one is kept for a while. */
  | { readonly type: 'dropConnection'; readonly farewell: Farewell }
  /** The next connection begins a new conversation. */
  | { readonly type: 'forgetConversation' }
  /** Find out now whether the connection is alive. */
  | { readonly type: 'checkConnection' }
  /** Nobody wants to hear the rest of what the agent said. */
  | { readonly type: 'silenceAgent' }
  | { readonly type: 'armTimer'; readonly timer: TimerName; readonly delayMs: number }
  /** Arm `retry` with a random delay out of the range. */
  | { readonly type: 'armRetry'; readonly delay: RetryDelay }
  | { readonly type: 'clearTimer'; readonly timer: TimerName }
  /**
   * Stop input, close the socket, stop output. `letAgentFinish`: play what has arrived first.
   * `awaitServerClose`: the server is about to close; give it the chance.
   */
  | { readonly type: 'release'; readonly letAgentFinish: boolean; readonly awaitServerClose: boolean }
  /** `connect()` is done; without an error it succeeded. */
  | { readonly type: 'settleConnect'; readonly error?: VoiceError }
  | { readonly type: 'settleDisconnect' }
  | {
      [Name in keyof SessionEvents]: {
        readonly type: 'emit';
        readonly name: Name;
        readonly event: SessionEvents[Name];
      };
    }[keyof SessionEvents];

/**
 * What a server hears of a connection that is given up: nothing; a word, as far as that needs no time; or a word, and then
 * `connectionLeft` comes when it has closed.
 */
export type Farewell = 'none' | 'quick' | 'graceful';

/** What the reducer needs to know beside its state. */
export interface ReducerSettings {
  readonly timeouts: VendorTimeouts;
  /** Null: a connection that breaks ends the session. */
  readonly retryPolicy: RetryPolicy | null;
  /** Null: connections are never changed while they hold. */
  readonly handOverAfterMs: number | null;
  /** After so long it is not put off any more, whoever speaks. */
  readonly handOverByMs: number | null;
  /** Whether a connection may open while another is open. */
  readonly mayOverlap: boolean;
}

export interface Transition {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}
