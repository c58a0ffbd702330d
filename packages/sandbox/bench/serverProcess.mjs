// This file starts the benchmark's server as a process of its own and asks it questions.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The server's process. */
export class ServerProcess {
  /** Of the Voice API. */
  endpoints;
  #child;

  /** @param script Beside this file; `args` are its own. */
  static async start(script, args) {
    const server = new ServerProcess();
    const path = fileURLToPath(new URL(script, import.meta.url));
    server.#child = fork(path, args.map(String), { execArgv: ['--expose-gc', ...profilingArgs()] });
    process.once('exit', () => server.#child.kill());
    [server.endpoints] = await once(server.#child, 'message');
    return server;
  }

  /** Resolves to the answer. */
  async ask(question) {
    this.#child.send(question);
    const [answer] = await once(this.#child, 'message');
    return answer;
  }

  async close() {
    await this.ask('close');
    this.#child.disconnect();
  }
}

/** What a run was made on, as the tables say it. Call it before the run: the load is that of others. */
export function describeMachine() {
  return {
    date: new Date().toISOString().slice(0, 16),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    cpu: cpus()[0]?.model ?? 'unknown CPU',
    cores: availableParallelism(),
    node: process.versions.node,
    loadBefore: loadavg()[0],
  };
}

/** `VOICEWIRE_CPU_PROFILE=FOLDER` profiles the server. */
function profilingArgs() {
  const folder = process.env['VOICEWIRE_CPU_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
