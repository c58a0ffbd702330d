// This file defines what a scenario is: everything that happens to a connection, under one name.
import type { AgentName } from '../agents/agents.ts';
import type { AmigoFault } from '../amigo/faults.ts';
import type { AmigoNotesFault } from '../amigo-notes/faults.ts';
import type { ImpairmentPlan } from '../impairments/plan.ts';
import type { Policy, Profile } from '../server/policy.ts';
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
  /** What is done to the connection itself. */
  readonly impairment?: ImpairmentPlan;
  /** Faults from each vendor's table, added to those of the vendor's options. */
  readonly faults: ScenarioFaults;
}

/** Faults by vendor. */
export interface ScenarioFaults {
  readonly voiceApi?: readonly VoiceApiFault[];
  readonly amigo?: readonly AmigoFault[];
  readonly amigoNotes?: readonly AmigoNotesFault[];
  readonly soca?: readonly SocaFault[];
}
