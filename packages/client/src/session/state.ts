// This file defines what the session reducer works on: its state, its inputs, and the effects it asks for.
import type { CloseVerdict, SessionEvent, VendorTimeouts } from '@voicewire/protocol';
import type { VoiceError } from '../errors.ts';
import type { LifecycleChange } from '../ports/lifecycle.ts';
import type { DisconnectReason } from './disconnectReason.ts';
import type { AgentState, SessionEvents, SessionStatus } from './events.ts';
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

export interface SessionState {
  readonly status: SessionStatus;
  /** Only while connecting or reconnecting. */
  readonly phase: ConnectPhase | null;
  /** Counts connection attempts; whatever an earlier attempt still reports is ignored. */
  readonly attempt: number;
  /** The vendor accepted this attempt: audio may flow. */
  readonly isAccepted: boolean;
  /** The vendor took the old conversation up again in this attempt. */
  readonly isResumed: boolean;
  /** Whether `connect()` has resolved since it was called. */
  readonly wasConnected: boolean;
  /** When the last attempt became connected, on the session clock. */
  readonly connectedMs: number;
  readonly agentState: AgentState;
  /** What the vendor said before its socket closed; decides what the close means. */
  readonly ending: Ending | null;
  /** What has gone wrong since the connection last held; null when nothing has. */
  readonly retry: RetryHistory | null;
}

export const INITIAL_STATE: SessionState = {
  status: 'disconnected',
  phase: null,
  attempt: 0,
  isAccepted: false,
  isResumed: false,
  wasConnected: false,
  connectedMs: 0,
  agentState: 'idle',
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
      /** The attempt was to go on with an old conversation. */
      readonly wasResuming: boolean;
    }
  /** The socket is open, and nothing gets through any more. */
  | { readonly type: 'connectionStalled'; readonly attempt: number; readonly stalledMs: number }
  | { readonly type: 'timerFired'; readonly attempt: number; readonly timer: TimerName }
  /** An audio device failed for good. */
  | { readonly type: 'audioFailed'; readonly error: VoiceError }
  /** Credentials or socket could not be had in this attempt. */
  | { readonly type: 'attemptFailed'; readonly attempt: number; readonly error: VoiceError }
  | { readonly type: 'agentSpeech'; readonly isAudible: boolean }
  /** What the lifecycle port tells. */
  | { readonly type: LifecycleChange }
  /** Nothing ran for so long: the machine slept. */
  | { readonly type: 'woke'; readonly sleptMs: number }
  /** The teardown asked for by `release` is done. */
  | { readonly type: 'released' };

/** What the reducer wants done. Carried out in order. */
export type SessionEffect =
  | { readonly type: 'startAudio' }
  | { readonly type: 'loadCredentials' }
  | { readonly type: 'openSocket' }
  | { readonly type: 'greetVendor' }
  /** The vendor takes audio from now on; what was kept goes first. */
  | { readonly type: 'openGate' }
  /** It takes none for now: the newest is kept. */
  | { readonly type: 'closeGate' }
  /**
   * Give the connection up; what the user says until the next one is kept for a while. `takeLeave`: the server is told, as
   * far as that needs no time.
   */
  | { readonly type: 'dropConnection'; readonly takeLeave: boolean }
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

/** What the reducer needs to know beside its state. */
export interface ReducerSettings {
  readonly timeouts: VendorTimeouts;
  /** Null: a connection that breaks ends the session. */
  readonly retryPolicy: RetryPolicy | null;
  /** Null: connections are never changed while they hold. */
  readonly handOverAfterMs: number | null;
}

export interface Transition {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}
