// This file turns the command's agent flags into an agent: one by name, one with a script, one with models behind it.
import { loadDsp } from '@voicewire/dsp-wasm';
import type { AgentFactory } from '../agents/agent.ts';
import type { AgentName } from '../agents/agents.ts';
import { AGENT_NAMES, findAgent, unknownAgent } from '../agents/agents.ts';
import { scripted } from '../agents/scripted.ts';
import { SandboxError } from '../errors.ts';
import { loadScript } from './loadScript.ts';
import type { OpenAiOptions } from './openAi/modelServer.ts';
import { openAiCompatible } from './openAi/openAiCompatible.ts';
import { createRateConverter } from './rateConverter.ts';

/** The name of the agent that needs a model server. */
export const OPENAI_AGENT = 'openai-compatible';
/** The agents that the command knows. */
const COMMAND_AGENTS = [...AGENT_NAMES, OPENAI_AGENT] as const;

/** Flags of the command that concern the agent, as `parseArgs` takes them. */
export const AGENT_FLAGS = {
  agent: { type: 'string' },
  script: { type: 'string' },
  'model-url': { type: 'string' },
  'chat-model': { type: 'string' },
  'transcription-model': { type: 'string' },
  'speech-model': { type: 'string' },
  'speech-voice': { type: 'string' },
} as const;

/** Their part of `--help`. */
export const AGENT_HELP = `  --agent NAME  Who answers: ${COMMAND_AGENTS.join(', ')}.
                Default conversation.
  --script FILE YAML or JSON for the scripted agent: { greeting, turns: [{ user, agent, thinkMs, hangUp }] }.
  --model-url URL, --chat-model NAME [--transcription-model NAME|none] [--speech-model NAME|none] [--speech-voice NAME]
                For openai-compatible: any server with the OpenAI endpoints, e.g. http://127.0.0.1:11434/v1. Its key,
                if it wants one, is read from the environment variable OPENAI_API_KEY.
`;

/** What `parseArgs` made of `AGENT_FLAGS`. */
export type AgentFlags = { readonly [Name in keyof typeof AGENT_FLAGS]?: string | undefined };

/**
 * Chooses the agent.
 *
 * @param apiKey For the model server.
 * @param onError Told of each request to the model server that failed.
 * @throws {SandboxError} `invalid-option` for flags that are unknown, missing, or do not belong together.
 */
export async function chooseAgent(
  flags: AgentFlags,
  apiKey: string | undefined,
  onError: (error: SandboxError) => void,
): Promise<AgentFactory> {
  const name = flags.agent ?? (flags.script === undefined ? 'conversation' : 'scripted');
  refuseStrayFlags(name, flags);
  if (flags.script !== undefined) return scripted(await loadScript(flags.script));
  if (!COMMAND_AGENTS.some((known) => known === name)) throw unknownAgent(name, COMMAND_AGENTS);
  if (name !== OPENAI_AGENT) return findAgent(name as AgentName);
  const options = readModelFlags(flags);
  const dsp = await loadDsp();
  return openAiCompatible(
    { ...options, ...(apiKey === undefined ? {} : { apiKey }), onError },
    createRateConverter(dsp),
  );
}

function readModelFlags(flags: AgentFlags): OpenAiOptions {
  const baseUrl = flags['model-url'];
  const chatModel = flags['chat-model'];
  if (baseUrl === undefined || chatModel === undefined) {
    throw invalid('agent', `--agent ${OPENAI_AGENT} needs --model-url and --chat-model.`);
  }
  const transcriptionModel = flags['transcription-model'];
  const speechModel = flags['speech-model'];
  const voice = flags['speech-voice'];
  return {
    baseUrl,
    chatModel,
    ...(transcriptionModel === undefined ? {} : { transcriptionModel: orNone(transcriptionModel) }),
    ...(speechModel === undefined ? {} : { speechModel: orNone(speechModel) }),
    ...(voice === undefined ? {} : { voice }),
  };
}

function orNone(name: string): string | null {
  return name === 'none' ? null : name;
}

/** A flag that would be ignored is a mistake of whoever gave it. */
function refuseStrayFlags(name: string, flags: AgentFlags): void {
  const { agent: _agent, script, ...modelFlags } = flags;
  if (script !== undefined && name !== 'scripted')
    throw invalid('script', `--script does not go with --agent ${name}.`);
  const stray = Object.entries(modelFlags).find(([, value]) => value !== undefined)?.[0];
  if (stray !== undefined && name !== OPENAI_AGENT) {
    throw invalid(stray, `--${stray} goes only with --agent ${OPENAI_AGENT}.`);
  }
}

function invalid(option: string, message: string): SandboxError {
  return new SandboxError('invalid-option', message, { option });
}
