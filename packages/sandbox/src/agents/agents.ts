// This file names the agents that ship with the sandbox.
import { SandboxError } from '../errors.ts';
import type { AgentFactory } from './agent.ts';
import { conversation } from './conversation.ts';
import { echo } from './echo.ts';
import { speaker } from './speaker.ts';

/** The shipped agents, by name. */
export const AGENT_NAMES = ['conversation', 'echo', 'speaker'] as const;
/** One of `AGENT_NAMES`. */
export type AgentName = (typeof AGENT_NAMES)[number];

/**
 * Finds an agent by name; a factory is passed through.
 *
 * @throws {SandboxError} `invalid-option` for a name that is not in `AGENT_NAMES`.
 */
export function findAgent(agent: AgentName | AgentFactory): AgentFactory {
  if (typeof agent === 'function') return agent;
  switch (agent) {
    case 'conversation':
      return conversation();
    case 'echo':
      return echo();
    case 'speaker':
      return speaker();
    default: {
      const wanted = AGENT_NAMES.join(', ');
      throw new SandboxError('invalid-option', `There is no agent '${String(agent)}'; there are ${wanted}.`, {
        option: 'agent',
        actual: String(agent),
        expected: wanted,
      });
    }
  }
}
