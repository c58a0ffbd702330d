#!/usr/bin/env node
// This file is the command `voicewire-sandbox`.
import { parseArgs } from 'node:util';
import type { AgentName } from '../agents/agents.ts';
import { AGENT_NAMES } from '../agents/agents.ts';
import { SandboxError } from '../errors.ts';
import type { RunningSandbox, StartSandboxOptions } from './startSandbox.ts';
import { startSandbox } from './startSandbox.ts';

/** The port when none is asked for. */
const DEFAULT_PORT = 8787;
const MAX_PORT = 65_535;

const HELP = `Usage: voicewire-sandbox [options]

A local server that speaks the Voice API strictly, with an agent that talks. No account needed.

  --port N      Port to listen on; 0 takes a free one. Default ${DEFAULT_PORT}.
  --host NAME   Address to listen on. Default 127.0.0.1, reachable from this machine only.
  --agent NAME  Who answers: ${AGENT_NAMES.join(', ')}. Default conversation.
  --seed N      Makes ids and wordings repeatable.
  --json        Print the endpoints as one line of JSON.
  --help        Print this.

SIGINT or SIGTERM ends all sessions politely and exits with 0.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      agent: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const options: StartSandboxOptions = {
    port: readInteger('--port', values.port, MAX_PORT) ?? DEFAULT_PORT,
    // Unknown names are refused by startSandbox, which lists the known ones.
    agent: (values.agent ?? 'conversation') as AgentName,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...optional('seed', readInteger('--seed', values.seed, Number.MAX_SAFE_INTEGER)),
  };
  const sandbox = await startSandbox(options);
  process.stdout.write(values.json ? `${JSON.stringify(describe(sandbox))}\n` : introduce(sandbox));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(sandbox));
}

async function shutDown(sandbox: RunningSandbox): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function describe({ url, endpoints }: RunningSandbox): object {
  return { url, endpoints };
}

function introduce({ url, endpoints: { voiceApi } }: RunningSandbox): string {
  return [
    'Voicewire sandbox is listening.',
    '',
    `  Status     ${url}`,
    `  Ledger     ${url}ledger`,
    '',
    'Voice API',
    `  Token      POST ${voiceApi.tokenUrl}`,
    `  Socket     ${voiceApi.wsUrl} (connect to the ws_url that comes with a token)`,
    `  API key    ${voiceApi.apiKey}`,
    '',
    'Press Ctrl+C to stop.',
    '',
  ].join('\n');
}

function readInteger(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new SandboxError('invalid-option', `${name} is '${text}', wanted a whole number up to ${max}.`, { name });
}

function optional(name: 'seed', value: number | undefined): { readonly seed?: number } {
  return value === undefined ? {} : { [name]: value };
}

main().catch((error: unknown) => {
  const isUsage = error instanceof SandboxError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`voicewire-sandbox: ${isUsage ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
});
