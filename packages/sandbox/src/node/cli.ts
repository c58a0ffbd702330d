#!/usr/bin/env node
// This file is the command `voicewire-sandbox`.
import { SandboxError } from '../errors.ts';
import { IMPAIRMENTS } from '../impairments/plan.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import type { VendorName } from '../vendors.ts';
import { VENDORS, VENDOR_NAMES } from '../vendors.ts';
import { HELP, readCommand } from './commandOptions.ts';
import type { RunningSandbox, StartSandboxOptions } from './startSandbox.ts';
import { startSandbox } from './startSandbox.ts';

async function main(): Promise<void> {
  const command = await readCommand(process.argv.slice(2), process.env['OPENAI_API_KEY'], ({ message }) =>
    process.stderr.write(`voicewire-sandbox: ${message}\n`),
  );
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'list':
      process.stdout.write(command.what === 'scenarios' ? describeNames(SCENARIOS) : describeNames(IMPAIRMENTS));
      return;
    case 'serve':
      await serve(command.options, command.isJson);
  }
}

async function serve(options: StartSandboxOptions, isJson: boolean): Promise<void> {
  const sandbox = await startSandbox(options);
  const served = options.vendors ?? VENDOR_NAMES;
  process.stdout.write(isJson ? `${JSON.stringify(describe(sandbox, served))}\n` : introduce(sandbox, served));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(sandbox));
}

async function shutDown(sandbox: RunningSandbox): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function describe({ url, endpoints, seed, ledgerFile }: RunningSandbox, served: readonly VendorName[]): object {
  const entries = served.map((name) => [name, endpoints[name]]);
  return { url, seed, ledgerFile, endpoints: Object.fromEntries(entries) as Partial<RunningSandbox['endpoints']> };
}

/** The names of fields are those of `--json` and of `endpoints` in the library. */
function introduce({ url, endpoints, seed, ledgerFile }: RunningSandbox, served: readonly VendorName[]): string {
  const general = { status: url, ledger: `${url}ledger`, ledgerFile, seed: String(seed) };
  return [
    'Voicewire sandbox is listening.',
    '',
    ...describeFields(general),
    ...served.flatMap((name) => ['', VENDORS[name].title, ...describeFields({ ...endpoints[name] })]),
    '',
    'Press Ctrl+C to stop.',
    '',
  ].join('\n');
}

function describeFields(fields: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => `  ${name.padEnd(17)}${value}`);
}

function describeNames(table: Readonly<Record<string, { readonly does: string }>>): string {
  const width = Math.max(...Object.keys(table).map(({ length }) => length)) + 2;
  return Object.entries(table)
    .map(([name, { does }]) => `${name.padEnd(width)}${does}\n`)
    .join('');
}

main().catch((error: unknown) => {
  const isUsage = error instanceof SandboxError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`voicewire-sandbox: ${isUsage ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
});
