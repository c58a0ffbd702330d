// This file turns the command's flags into options.
import { parseArgs } from 'node:util';
import { SandboxError } from '../errors.ts';
import { DEFAULT_MAX_CONNECTIONS } from '../server/limits.ts';
import type { Policy, Profile } from '../server/policy.ts';
import { POLICIES, PROFILES } from '../server/policy.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';
import type { AudioTruthLevel } from '../truth/audioTruth.ts';
import { AUDIO_TRUTH_LEVELS, DEFAULT_AUDIO_TRUTH } from '../truth/audioTruth.ts';
import type { VendorName } from '../vendors.ts';
import { VENDORS, VENDOR_NAMES } from '../vendors.ts';
import type { AgentFlags } from './chooseAgent.ts';
import { AGENT_FLAGS, AGENT_HELP, OPENAI_AGENT, chooseAgent } from './chooseAgent.ts';
import { loadImpairment } from './loadImpairment.ts';
import type { StartSandboxOptions } from './startSandbox.ts';

/** The port when none is asked for. */
const DEFAULT_PORT = 8787;
const MAX_PORT = 65_535;
/** As many as one address has ports. */
const MAX_CONNECTIONS = 65_535;
/** In place of a name: what names there are. */
export const LIST = 'list';

const FLAGS = {
  ...AGENT_FLAGS,
  port: { type: 'string' },
  host: { type: 'string' },
  vendor: { type: 'string', multiple: true },
  scenario: { type: 'string' },
  impair: { type: 'string' },
  policy: { type: 'string' },
  profile: { type: 'string' },
  'audio-truth': { type: 'string' },
  seed: { type: 'string' },
  'max-connections': { type: 'string' },
  ledger: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const vendorIds = VENDOR_NAMES.map((name) => VENDORS[name].id);

export const HELP = `Usage: voicewire-sandbox [options]

A local server that speaks the protocols of voice agents strictly, with an agent that talks. No account needed.

  --port N      Port to listen on; 0 takes a free one. Default ${DEFAULT_PORT}.
  --host NAME   Address to listen on. Default 127.0.0.1, reachable from this machine only.
  --vendor NAME Serve only this vendor: ${vendorIds.join(', ')}. May be repeated. Default all.
${AGENT_HELP}  --scenario NAME
                What happens to every connection; \`--scenario ${LIST}\` says what there is. A URL may ask for another one:
                ?scenario=NAME. So it may for agent, impair, policy and profile.
  --impair PLAN How bad connections are: a name (\`--impair ${LIST}\`), pairs such as delayMs=50,jitterMs=10, both, a JSON
                file with a plan, or trace:FILE with a recorded network.
  --policy NAME What a breach of a rule leads to: ${POLICIES.join(', ')}. Default enforce. record
                closes for no rule, but for a message over 4 MiB.
  --profile NAME
                Which reading of the vendors' pages is served: ${PROFILES.join(', ')}.
                Default documented.
  --audio-truth LEVEL
                How far received audio is judged: ${AUDIO_TRUTH_LEVELS.join(', ')}. Default ${DEFAULT_AUDIO_TRUTH}.
  --seed N      Makes ids, wordings and bad connections repeatable. Default: drawn anew, and printed.
  --max-connections N
                Sockets open at once; more are refused with 503. Default ${DEFAULT_MAX_CONNECTIONS}.
  --ledger full[:FILE]
                Writes every entry of the ledger to a new file, one JSON object per line.
  --json        Print the endpoints as one line of JSON.
  --help        Print this.

SIGINT or SIGTERM ends all sessions politely and exits with 0.
`;

/** What the command is asked to do. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'list'; readonly what: 'scenarios' | 'impairments' }
  | { readonly kind: 'serve'; readonly options: StartSandboxOptions; readonly isJson: boolean };

/**
 * @param onModelError Told of each request to a model server that failed.
 * @throws {SandboxError} `invalid-option`; or what `parseArgs` throws for unknown flags.
 */
export async function readCommand(
  args: readonly string[],
  apiKey: string | undefined,
  onModelError: (error: SandboxError) => void,
): Promise<Command> {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  if (values.help) return { kind: 'help' };
  if (values.scenario === LIST) return { kind: 'list', what: 'scenarios' };
  if (values.impair === LIST) return { kind: 'list', what: 'impairments' };
  const agentFlags = readAgentFlags(values);
  // A scenario may bring its own agent, if none is asked for.
  const agent = agentFlags === undefined ? undefined : await chooseAgent(agentFlags, apiKey, onModelError);
  const options = withoutUndefined({
    port: readInteger('--port', values.port, MAX_PORT) ?? DEFAULT_PORT,
    host: values.host,
    vendors: values.vendor === undefined ? undefined : readVendors(values.vendor),
    agent,
    // By its name, so that a URL whose scenario brings another agent can ask for it, too.
    agents: agent !== undefined && agentFlags?.agent === OPENAI_AGENT ? { [OPENAI_AGENT]: agent } : undefined,
    // Unknown names are refused by startSandbox, which lists the known ones.
    scenario: values.scenario as ScenarioName | undefined,
    impairment: values.impair === undefined ? undefined : await loadImpairment(values.impair),
    policy: values.policy as Policy | undefined,
    profile: values.profile as Profile | undefined,
    audioTruth: values['audio-truth'] as AudioTruthLevel | undefined,
    seed: readInteger('--seed', values.seed, Number.MAX_SAFE_INTEGER),
    maxConnections: readInteger('--max-connections', values['max-connections'], MAX_CONNECTIONS),
    ledgerFile: values.ledger === undefined ? undefined : readLedgerFile(values.ledger),
  });
  return { kind: 'serve', options, isJson: values.json };
}

/** Those of the agent that were given; nothing when none was. */
function readAgentFlags(values: Readonly<Record<string, unknown>>): AgentFlags | undefined {
  const names = Object.keys(AGENT_FLAGS).filter((name) => values[name] !== undefined);
  return names.length === 0 ? undefined : (Object.fromEntries(names.map((name) => [name, values[name]])) as AgentFlags);
}

function readVendors(ids: readonly string[]): readonly VendorName[] {
  return ids.map((id) => {
    const found = VENDOR_NAMES.find((name) => VENDORS[name].id === id);
    if (found !== undefined) return found;
    throw new SandboxError('invalid-option', `--vendor is '${id}', wanted one of ${vendorIds.join(', ')}.`, { id });
  });
}

function readLedgerFile(text: string): string {
  const [kind, ...path] = text.split(':');
  if (kind !== 'full') throw new SandboxError('invalid-option', `--ledger is '${text}', wanted full or full:FILE.`);
  if (path.length > 0) return path.join(':');
  return `voicewire-ledger-${new Date().toISOString().replaceAll(':', '-')}.jsonl`;
}

function readInteger(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new SandboxError('invalid-option', `${name} is '${text}', wanted a whole number up to ${max}.`, { name });
}

/** An option that is there and undefined would be another than one that is not there. */
function withoutUndefined<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
