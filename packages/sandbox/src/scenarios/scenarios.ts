// This file names situations that a client must get through. The README's table is generated from it.
import { SandboxError } from '../errors.ts';
import { FAULT_SCENARIOS } from './faultScenarios.ts';
import type { Scenario } from './scenario.ts';

/** The everyday ones; those named after the numbered faults of the project's catalogue follow. */
const EVERYDAY_SCENARIOS = {
  happyPath: { does: 'behaves as documented', faults: {} },
  bargeIn: {
    does: 'keeps sending what it was saying for a while after it was interrupted',
    faults: { amigo: ['late-pieces'], soca: ['late-chunks'] },
  },
  slowStart: {
    does: 'takes seconds for every step until the agent listens',
    faults: {
      voiceApi: ['late-connected', 'late-ready'],
      amigo: ['late-created', 'late-greeting', 'vad-late-on'],
      amigoNotes: ['late-start'],
      soca: ['late-ready', 'late-stt-ready'],
    },
  },
  dropMidUtterance: {
    does: 'is gone half a second after the agent began to speak',
    agent: 'speaker',
    impairment: { fromMessage: 3, terminateAtMs: 500 },
    faults: { amigoNotes: ['reset-mid-line'] },
  },
  tokenExpiry: {
    does: 'gives tokens that expire too soon, or refuses them',
    faults: {
      voiceApi: ['token-expired'],
      amigo: [{ name: 'token-expires', delayMs: 4000 }],
      amigoNotes: [{ name: 'token-short-lived', delayMs: 1000 }],
      soca: ['auth-failed'],
    },
  },
  rateLimited: {
    does: 'says that there were too many requests, and when to come back',
    faults: { voiceApi: ['token-limited'], amigo: ['rate-limited'], amigoNotes: ['answer-429'] },
  },
  malformed: {
    does: 'sends what no protocol has, between messages that are right',
    impairment: { malformedRatio: 0.1 },
    faults: {
      voiceApi: ['odd-frames', 'empty-frames'],
      amigo: ['odd-pieces'],
      amigoNotes: ['agent-actions-malformed', 'odd-pieces'],
      soca: ['corrupt-frame', 'line-breaks'],
    },
  },
  badNetwork: {
    does: 'is far away over a network that loses messages in bursts',
    impairment: { delayMs: 60, jitterMs: 20, burstEnterRatio: 0.01, recoveryMs: 200 },
    faults: {},
  },
  hostile: { does: 'does everything that a client must tolerate', profile: 'hostile', faults: {} },
  recordOnly: { does: 'closes and refuses for no rule, and records every breach', policy: 'record', faults: {} },
} as const satisfies Record<string, Scenario>;

/** By name. */
export const SCENARIOS = { ...EVERYDAY_SCENARIOS, ...FAULT_SCENARIOS } as const;

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
