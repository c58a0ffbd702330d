// This file starts the embedded sandbox in a process of its own and stops it again.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SandboxBehaviour } from '@voicewire/sandbox/memory';
import { BenchError } from '../benchError.ts';
import type { SandboxProcessMessage } from './sandboxProcess.ts';

export interface EmbeddedSandbox {
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** Loading WebAssembly and clips takes a fraction of a second; a busy machine may need many times that. */
const START_LIMIT_MS = 20_000;

/**
 * @param behaviour Beside the measured agent's; plain JSON.
 * @throws {BenchError} `sandbox-failed`.
 */
export async function startEmbeddedSandbox(seed: number, behaviour: SandboxBehaviour = {}): Promise<EmbeddedSandbox> {
  // Node cannot run the source: this works in the built bench only.
  const script = fileURLToPath(new URL('./sandboxProcess.js', import.meta.url));
  const child = fork(script, [String(seed), JSON.stringify(behaviour)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const message = await firstMessage(child);
    if (message.type === 'failed')
      throw new BenchError('sandbox-failed', `The embedded sandbox did not start: ${message.reason}`);
    return { apiUrl: message.apiUrl, stop: () => stop(child) };
  } catch (thrown) {
    await stop(child);
    throw thrown;
  }
}

function firstMessage(child: ChildProcess): Promise<SandboxProcessMessage> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => {
      const advice = 'Start one with `voicewire-sandbox` and give its address with --url.';
      reject(new BenchError('sandbox-failed', `The embedded sandbox ${why}. ${advice}`, cause));
    };
    const timer = setTimeout(() => fail(`said nothing for ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    child.once('error', (cause) => fail('could not be started', cause));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code ?? 'none'} before it listened`);
    });
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as SandboxProcessMessage);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
