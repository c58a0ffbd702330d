// This file holds the page's words for states, and nothing else does.
import type { DisconnectReason } from '@voicewire/client/browser';
import { isLive, type CallState } from './callState.ts';

const ENDINGS: Partial<Record<DisconnectReason['code'], string>> = {
  user: 'You hung up.',
  'client-ended': 'You hung up.',
  'agent-ended': 'The agent said goodbye.',
  'server-ended': 'The server ended the call.',
  unknown: 'The server ended the call for a reason this page does not know.',
  'server-shutdown': 'The server is restarting; connect again in a moment.',
};

const AGENT_WORDS = {
  idle: 'the agent is getting ready',
  listening: 'the agent is listening',
  thinking: 'the agent is thinking',
  speaking: 'the agent is speaking',
} as const;

/** One line for the status. */
export function describeStatus({ status, agentState, isFinishing, ending, problem }: CallState): string {
  switch (status) {
    case 'disconnected': {
      if (ending === null) return problem === null ? 'Ready when you are.' : 'Not connected.';
      return ENDINGS[ending] ?? `The call ended (${ending}).`;
    }
    case 'connecting':
      return 'Connecting… Allow the microphone if the browser asks.';
    case 'connected':
      return isFinishing ? 'Hanging up…' : `Connected: ${AGENT_WORDS[agentState]}.`;
    case 'reconnecting':
      return 'The connection broke. Reconnecting…';
    case 'disconnecting':
      return 'Hanging up…';
    case 'failed':
      return 'Not connected.';
  }
}

/** What the one big button says; pressing it does what it says. */
export function describeCallButton({ status }: CallState): string {
  if (status === 'connecting') return 'Cancel';
  if (status === 'disconnecting') return 'Hanging up…';
  return isLive(status) ? 'Hang up' : 'Connect';
}
