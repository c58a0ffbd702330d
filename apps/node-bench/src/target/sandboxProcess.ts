// This file is the process that serves the embedded sandbox, so that it shares no event loop with the measured client.
import process from 'node:process';
import { startSandbox, type SandboxBehaviour } from '@voicewire/sandbox';
import { MEASURED_AGENT } from './embeddedAgent.ts';

/** The only thing it says, once: the address of its API, or why there is none. */
export type SandboxProcessMessage =
  | { readonly type: 'listening'; readonly apiUrl: string }
  | { readonly type: 'failed'; readonly reason: string };

// Arguments: the seed, and what this run needs beside the measured agent, as JSON of the bench's own.
const seed = Number(process.argv[2]);
const behaviour = JSON.parse(process.argv[3] ?? '{}') as SandboxBehaviour;
// The bench is gone, or has hung up: so is this.
process.on('disconnect', () => process.exit());
try {
  const { endpoints } = await startSandbox({ ...MEASURED_AGENT, ...behaviour, seed });
  say({ type: 'listening', apiUrl: endpoints.voiceApi.apiUrl });
} catch (thrown) {
  say({ type: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown) });
}

function say(message: SandboxProcessMessage): void {
  process.send?.(message);
}
