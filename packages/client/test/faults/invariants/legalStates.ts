// This file watches the state machine: only the edges of this table, and one of three states at the end.
import type { AgentState, SessionEvents, SessionStatus } from '../../../src/index.ts';
import type { Invariant } from './invariant.ts';

const EDGES: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  disconnected: ['connecting'],
  failed: ['connecting'],
  connecting: ['connected', 'disconnecting'],
  connected: ['reconnecting', 'disconnecting'],
  reconnecting: ['connected', 'disconnecting'],
  disconnecting: ['disconnected', 'failed'],
};
const LAST_STATES: readonly string[] = ['disconnected', 'failed', 'connected'];

export const legalStates: Invariant = {
  id: 'i',
  holds: 'the status takes only legal edges and comes to rest in disconnected, failed or connected',
  watch(report) {
    let status: SessionStatus = 'disconnected';
    let agentState: AgentState = 'idle';
    return {
      see(observation) {
        if (observation.type === 'concluded') {
          if (observation.status !== status)
            report(`status is ${observation.status}, but statusChanged last said ${status}`);
          if (!LAST_STATES.includes(observation.status)) report(`it came to rest in ${observation.status}`);
        }
        if (observation.type !== 'event') return;
        if (observation.name === 'statusChanged') {
          const change = observation.event as SessionEvents['statusChanged'];
          if (change.previous !== status) report(`previous is ${change.previous}, but the status was ${status}`);
          if (!EDGES[status].includes(change.status)) report(`${status} → ${change.status} is no legal edge`);
          status = change.status;
          const isOver = status === 'disconnected' || status === 'failed';
          if (isOver && agentState !== 'idle') report(`the session is over, and the agent is ${agentState}`);
        }
        if (observation.name === 'agentStateChanged') {
          const change = observation.event as SessionEvents['agentStateChanged'];
          if (change.previous !== agentState) report(`the agent was ${agentState}, not ${change.previous}`);
          if (change.agentState === agentState) report(`the agent became ${agentState}, which it was`);
          agentState = change.agentState;
        }
      },
    };
  },
};
