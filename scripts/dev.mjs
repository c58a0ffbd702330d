// This file is the command that builds what the web demo needs and serves it, with the local voice agent behind it.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './dev/readOptions.mjs';

const HELP = `Builds and serves the web demo, together with the sandbox: local servers with an agent that talks.

  npx --yes pnpm@12 dev [--port N] [--host [NAME]]

  --port N     Port of the page; the next free one when it is taken. Default 5173.
  --host NAME  Interface to serve on; without NAME, all of them. Default localhost. Browsers give a page the
               microphone only on localhost or over HTTPS.
  --help       This text.
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const options = readOptions(process.argv.slice(2));

if ('problem' in options) {
  console.error(`${options.problem}\n\n${HELP}`);
  process.exitCode = 2;
} else if (options.wantsHelp) console.log(HELP);
else if (buildDependencies()) serve(options.forVite);
else process.exitCode = 1;

/** Quiet, unless something fails. @returns {boolean} */
function buildDependencies() {
  console.log('Building what the demo needs…');
  const turbo = join(root, 'node_modules/turbo/bin/turbo');
  const build = ['run', 'build', '--filter=@voicewire/web-demo^...', '--ui=stream', '--output-logs=errors-only'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [turbo, ...build], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) console.error(`${stdout}${stderr}\nThe build failed; the demo was not started.`);
  return status === 0;
}

/**
 * Runs until it is stopped. Vite prints the page's address; the sandbox lives in vite's process and ends with it.
 *
 * @param {string[]} viteOptions
 */
function serve(viteOptions) {
  const app = join(root, 'apps/web-demo');
  const vite = spawn(process.execPath, [join(app, 'node_modules/vite/bin/vite.js'), ...viteOptions], {
    cwd: app,
    // Vite takes the end of its standard input for the end of its parent, and without a terminal it ends at once.
    stdio: [process.stdin.isTTY ? 'inherit' : 'ignore', 'inherit', 'inherit'],
  });
  let isStopping = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      isStopping = true;
      vite.kill(signal);
    });
  }
  vite.on('exit', (code) => {
    // Being stopped is how this command ends well.
    process.exitCode = isStopping ? 0 : (code ?? 1);
  });
}
