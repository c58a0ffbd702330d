// This file decides how one connection or request is treated: by the sandbox's options, and by what its URL asks for.
import type { AgentFactory } from '../agents/agent.ts';
import type { AgentName, NamedAgents } from '../agents/agents.ts';
import { findAgent } from '../agents/agents.ts';
import { SandboxError } from '../errors.ts';
import type { ImpairmentPlan } from '../impairments/plan.ts';
import { readImpairment } from '../impairments/readPlan.ts';
import type { Random } from '../random.ts';
import { forkRandom } from '../random.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';
import { findScenario } from '../scenarios/scenarios.ts';
import type { Policy, Profile } from './policy.ts';
import { POLICIES, PROFILES } from './policy.ts';
import { decodeUrlPart } from './http.ts';

/** How one connection or request is treated. */
export interface Conditions {
  readonly policy: Policy;
  readonly profile: Profile;
  readonly scenario: Scenario;
  /** What is done to the connection itself; vendors need not know. Empty for nothing. */
  readonly impairment: ImpairmentPlan;
  /** Makes the agent that answers. */
  readonly createAgent: AgentFactory;
  /** This connection's own. */
  readonly random: Random;
  /** What the URL asked for, as in `policy=record&scenario=bargeIn`; empty for nothing. For URLs that the server gives out. */
  readonly query: string;
}

/** What holds where the URL says nothing. */
export interface ConditionDefaults {
  readonly policy?: Policy | undefined;
  readonly profile?: Profile | undefined;
  readonly scenario?: ScenarioName | Scenario | undefined;
  readonly agent?: AgentName | AgentFactory | undefined;
  readonly agents?: NamedAgents | undefined;
  readonly impairment?: string | ImpairmentPlan | undefined;
}

/** A path without the sandbox's own parameters, and those. */
export interface SplitPath {
  /** As sent, but for the parameters taken out. */
  readonly path: string;
  /** The parameters taken out, as sent. */
  readonly query: string;
  /** Of a parameter given twice, the last. */
  readonly wishes: Readonly<Partial<Record<WishName, string>>>;
}

/** Query parameters of every URL that the sandbox reads itself and no vendor sees. */
export const WISH_NAMES = ['scenario', 'impair', 'policy', 'profile', 'agent'] as const;
/** One of `WISH_NAMES`. */
export type WishName = (typeof WISH_NAMES)[number];

/** Takes the sandbox's own parameters out of a path. Without any, the path stays as it is, byte by byte. */
export function splitPath(path: string): SplitPath {
  const mark = path.indexOf('?');
  if (mark < 0) return { path, query: '', wishes: {} };
  const kept: string[] = [];
  const taken: string[] = [];
  const wishes: Partial<Record<WishName, string>> = {};
  for (const pair of path.slice(mark + 1).split('&')) {
    const name = WISH_NAMES.find((wish) => pair.startsWith(`${wish}=`));
    if (name === undefined) {
      kept.push(pair);
      continue;
    }
    taken.push(pair);
    wishes[name] = decodeUrlPart(pair.slice(name.length + 1));
  }
  if (taken.length === 0) return { path, query: '', wishes };
  const rest = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return { path: path.slice(0, mark) + rest, query: taken.join('&'), wishes };
}

/**
 * Decides how what came with `wishes` is treated. An agent that is named beats one that a scenario brings along.
 *
 * @throws {SandboxError} `invalid-option` for a name that does not exist.
 */
export function readConditions({ wishes, query }: SplitPath, defaults: ConditionDefaults, random: Random): Conditions {
  const scenario = findScenario(wishes.scenario ?? defaults.scenario ?? 'happyPath');
  const wished =
    (wishes.agent as AgentName | undefined) ?? (wishes.scenario === undefined ? undefined : scenario.agent);
  return {
    policy: choose('policy', POLICIES, wishes.policy ?? defaults.policy ?? scenario.policy ?? 'enforce'),
    profile: choose('profile', PROFILES, wishes.profile ?? defaults.profile ?? scenario.profile ?? 'documented'),
    scenario,
    impairment: { ...scenario.impairment, ...findImpairment(wishes.impair ?? defaults.impairment) },
    createAgent: findAgent(wished ?? defaults.agent ?? scenario.agent ?? 'conversation', defaults.agents),
    random: forkRandom(random),
    query,
  };
}

/** A plan comes from the options, and was checked with them. */
function findImpairment(impairment: string | ImpairmentPlan = {}): ImpairmentPlan {
  return typeof impairment === 'string' ? readImpairment(impairment) : impairment;
}

/** @throws {SandboxError} `invalid-option` for a name that is not among those known. */
export function choose<T extends string>(option: string, known: readonly T[], name: string): T {
  const found = known.find((value) => value === name);
  if (found !== undefined) return found;
  const expected = known.join(', ');
  const actual = name.slice(0, 80);
  throw new SandboxError('invalid-option', `There is no ${option} '${actual}'; there are ${expected}.`, {
    option,
    actual,
    expected,
  });
}
