// This file names situations that a client must get through. The README's table is generated from it.
import type { AgentName } from '../agents/agents.ts';
import { SandboxError } from '../errors.ts';
import type { ImpairmentPlan } from '../impairments/plan.ts';
import type { Policy, Profile } from '../server/conditions.ts';
import type { Fault } from '../server/faultPlan.ts';
import type { SocaFault } from '../soca/faults.ts';
import type { VoiceApiFault } from '../voice-api/faults.ts';

/** What happens to a connection, whatever its vendor. */
export interface Scenario {
  /** Completes "The server …". */
  readonly does: string;
  /** Who answers, unless the option `agent` or the URL says otherwise. */
  readonly agent?: AgentName;
  readonly policy?: Policy;
  readonly profile?: Profile;
  readonly impairment?: ImpairmentPlan;
  /** Faults from each vendor's table, added to those of the vendor's options. */
  readonly faults: {
    readonly voiceApi?: readonly VoiceApiFault[];
    readonly amigo?: readonly Fault[];
    readonly amigoNotes?: readonly Fault[];
    readonly soca?: readonly SocaFault[];
  };
}

/** By name. */
export const SCENARIOS = {
  happyPath: { does: 'behaves as documented', faults: {} },
} as const satisfies Record<string, Scenario>;

/** One of the names in `SCENARIOS`. */
export type ScenarioName = keyof typeof SCENARIOS;

const MAX_SHOWN_CHARS = 80;

/**
 * Finds a scenario by name; one of your own is passed through.
 *
 * @throws {SandboxError} `invalid-option` for a name that is not in `SCENARIOS`.
 */
export function findScenario(scenario: string | Scenario): Scenario {
  if (typeof scenario !== 'string') return scenario;
  if (Object.hasOwn(SCENARIOS, scenario)) return SCENARIOS[scenario as ScenarioName];
  const actual = scenario.slice(0, MAX_SHOWN_CHARS);
  const expected = Object.keys(SCENARIOS).join(', ');
  throw new SandboxError('invalid-option', `There is no scenario '${actual}'; there are ${expected}.`, {
    option: 'scenario',
    actual,
    expected,
  });
}
