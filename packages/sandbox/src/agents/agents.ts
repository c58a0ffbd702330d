// This file names the agents that ship with the sandbox.
import { SandboxError } from '../errors.ts';
import type { AgentFactory } from './agent.ts';
import { conversation } from './conversation.ts';
import { echo } from './echo.ts';
import { scripted } from './scripted.ts';
import { speaker } from './speaker.ts';
import { tones } from './tones.ts';

/** The shipped agents, by name. */
export const AGENT_NAMES = ['conversation', 'echo', 'scripted', 'speaker', 'tones'] as const;
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
    case 'scripted':
      return scripted();
    case 'speaker':
      return speaker();
    case 'tones':
      return tones();
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
