// This file decides what the page shows of a call, as one pure function from what happened to what is the case.
import type { AgentState, DisconnectReason, SessionStatus } from '@voicewire/client/browser';
import type { Problem } from './problem.ts';

export interface CallState {
  readonly status: SessionStatus;
  readonly agentState: AgentState;
  readonly isMuted: boolean;
  /** The person hung up, and the vendor is asked to agree. */
  readonly isFinishing: boolean;
  /** What went wrong last; gone with the next call. */
  readonly problem: Problem | null;
  /** Why the last call ended, where it ended well. */
  readonly ending: DisconnectReason['code'] | null;
}

export type CallAction =
  | { readonly type: 'callStarted' }
  | { readonly type: 'statusChanged'; readonly status: SessionStatus }
  | { readonly type: 'agentStateChanged'; readonly agentState: AgentState }
  | { readonly type: 'muteToggled' }
  | { readonly type: 'finishBegun' }
  | { readonly type: 'problemArose'; readonly problem: Problem }
  | { readonly type: 'callEnded'; readonly code: DisconnectReason['code'] };

export const INITIAL_CALL_STATE: CallState = {
  status: 'disconnected',
  agentState: 'idle',
  isMuted: false,
  isFinishing: false,
  problem: null,
  ending: null,
};

/** The state after `action`. Same arguments, same result. */
export function reduceCall(state: CallState, action: CallAction): CallState {
  switch (action.type) {
    case 'callStarted':
      return { ...state, isFinishing: false, problem: null, ending: null };
    case 'statusChanged':
      return { ...state, status: action.status };
    case 'finishBegun':
      return { ...state, isFinishing: true };
    case 'agentStateChanged':
      return { ...state, agentState: action.agentState };
    case 'muteToggled':
      return { ...state, isMuted: !state.isMuted };
    case 'problemArose':
      return { ...state, problem: action.problem };
    case 'callEnded':
      return { ...state, ending: action.code };
  }
}

/** Whether a session holds the microphone or is about to. */
export function isLive(status: SessionStatus): boolean {
  return status !== 'disconnected' && status !== 'failed';
}
