// This file carries out `run`: loads the input, measures every vendor asked for, and describes where it was measured.
import { loadDsp } from '@voicewire/dsp-wasm';
import { doubtsAboutClock } from '../environment/clockGrain.ts';
import { describeEnvironment } from '../environment/machine.ts';
import { DEFAULT_INPUT, describeUtterance, loadUtterance } from '../input/utterance.ts';
import { formatMs } from '../report/stageRows.ts';
import { SCHEMA_VERSION, type BenchResult, type Run, type TurnRecord } from '../result/benchResult.ts';
import { runInRealTime } from '../run/realRun.ts';
import type { RunOptions } from '../run/runOptions.ts';
import { runVirtually } from '../run/virtualRun.ts';
import { findVendors, type BenchVendor } from '../target/vendors.ts';
import type { RunCommand } from './readOptions.ts';
import type { Terminal } from './terminal.ts';

/**
 * @throws {BenchError} When the input or the sandbox cannot be used.
 * @throws {VoiceError} When not one session could connect.
 */
export async function runBench(
  command: RunCommand,
  terminal: Pick<Terminal, 'environmentVariables' | 'note'>,
): Promise<BenchResult> {
  const vendors = findVendors(command.vendor);
  const utterance = await loadUtterance(command.inputPath ?? DEFAULT_INPUT, await loadDsp());
  const environment = await describeEnvironment(formatCommand(command, utterance.name), command.isVirtual);
  const runs: Run[] = [];
  for (const [vendorName, vendor] of vendors) {
    const options: RunOptions = {
      vendorName,
      vendor,
      utterance,
      sessions: command.sessions,
      turns: command.turns,
      warmupTurns: command.warmupTurns,
      answerLimitMs: command.answerLimitMs,
      seed: command.seed,
      onTurn: (turn) => terminal.note(`${vendorName} ${describeTurn(turn)}\n`),
    };
    const remote = command.url === null ? null : { url: command.url, variables: readVariables(vendor, terminal) };
    if (remote !== null) terminal.note(`${vendorName} at ${remote.url}, ${describeKey(vendor, terminal)}\n`);
    const run = command.isVirtual ? await runVirtually(options) : await runInRealTime(options, remote);
    const clockDoubts = doubtsAboutClock(run.stages, environment.clock.resolutionMs);
    runs.push({ ...run, warnings: [...run.warnings, ...clockDoubts] });
  }
  return { schemaVersion: SCHEMA_VERSION, environment, input: describeUtterance(utterance), runs };
}

type Environment = Pick<Terminal, 'environmentVariables'>;

function readVariables({ variables }: BenchVendor, { environmentVariables }: Environment): Record<string, string> {
  const names = Object.entries(variables);
  return Object.fromEntries(names.map(([name, demo]) => [name, environmentVariables[name] ?? demo]));
}

function describeKey({ variables }: BenchVendor, { environmentVariables }: Environment): string {
  const [name = ''] = Object.keys(variables);
  return environmentVariables[name] === undefined
    ? `key: the sandbox's demo key, as ${name} is not set`
    : `key: ${name}`;
}

function describeTurn({ session, turn, failure, stages }: TurnRecord): string {
  const name = turn >= 1 ? `turn ${turn}` : 'warm-up turn';
  const outcome = failure ?? `${formatMs(stages.timeToFirstAudio ?? 'inf')} ms to first audio`;
  return `session ${session} ${name}: ${outcome}`;
}

/** The command line that measures the same again, without the caller's folders. */
function formatCommand(command: RunCommand, inputName: string): string {
  const { vendor, url, turns, sessions, warmupTurns, answerLimitMs, seed } = command;
  const words = ['voicewire-bench run', `--vendor ${vendor}`, ...(url === null ? [] : [`--url ${url}`])];
  words.push(`--turns ${turns}`, `--sessions ${sessions}`, `--warmup-turns ${warmupTurns}`);
  words.push(`--answer-limit-ms ${answerLimitMs}`, `--seed ${seed}`);
  if (command.inputPath !== null) words.push(`--input ${inputName}`);
  if (command.isVirtual) words.push('--virtual');
  return words.join(' ');
}
