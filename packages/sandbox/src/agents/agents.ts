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

const MAX_SHOWN_CHARS = 80;

/** Agents beyond the shipped ones, by the names that URLs may ask for. */
export type NamedAgents = Readonly<Record<string, AgentFactory>>;

/**
 * Finds an agent by name; a factory is passed through.
 *
 * @param others Further names; one of them beats a shipped one.
 * @throws {SandboxError} `invalid-option` for a name that is in neither.
 */
export function findAgent(agent: AgentName | AgentFactory, others: NamedAgents = {}): AgentFactory {
  if (typeof agent === 'function') return agent;
  const other = Object.hasOwn(others, agent) ? others[agent] : undefined;
  if (other !== undefined) return other;
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
    default:
      throw unknownAgent(String(agent), [...AGENT_NAMES, ...Object.keys(others)]);
  }
}

/** What is said of a name that no agent has. */
export function unknownAgent(name: string, names: readonly string[]): SandboxError {
  const expected = names.join(', ');
  const actual = name.slice(0, MAX_SHOWN_CHARS);
  return new SandboxError('invalid-option', `There is no agent '${actual}'; there are ${expected}.`, {
    option: 'agent',
    actual,
    expected,
  });
}
