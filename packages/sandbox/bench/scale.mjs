// This file runs the scale benchmark: many Voice API sessions that all hear speech while some speak.
//   node bench/scale.mjs [--sessions 1000] [--speaking-ratio 0.1] [--minutes 0.5] [--print]
// The sandbox runs in a process of its own; the clients, in this one, share the machine with it. Results go to
// generated/scale.json and docs/scale.md; with --print, to the screen only.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Crowd } from './crowd.mjs';
import { LagMeter } from './lagMeter.mjs';
import { renderScale } from './scaleTable.mjs';

const SETTLE_MS = 2000;
/** From here on a run shows whether memory stays flat; in a shorter one, records still fill. */
const LONG_MINUTES = 2;
const MAX_GROWTH_MB = 20;
const { values: flags } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000' },
    'speaking-ratio': { type: 'string', default: '0.1' },
    minutes: { type: 'string', default: '0.5' },
    print: { type: 'boolean', default: false },
  },
});
const [sessions, minutes] = [Number(flags.sessions), Number(flags.minutes)];
// By the end of a long warm-up every record of frames is full, so that what grows afterwards is a leak.
const warmUpMs = minutes < LONG_MINUTES ? 5000 : 60_000;
const speaking = Math.round(sessions * Number(flags['speaking-ratio']));

const server = fork(fileURLToPath(new URL('scaleServer.mjs', import.meta.url)), [String(sessions), String(minutes)], {
  execArgv: ['--expose-gc'],
});
process.once('exit', () => server.kill());
const [endpoints] = await once(server, 'message');

/** Sends a question to the server's process and resolves to its answer. */
async function ask(question) {
  server.send(question);
  const [answer] = await once(server, 'message');
  return answer;
}

/** Progress is not part of the results. */
const tell = (text) => process.stderr.write(`${text}\n`);
const loadBefore = loadavg()[0];
const idle = await measureIdle();
const talk = await measureTalk();
const results = {
  date: new Date().toISOString().slice(0, 16),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  cpu: cpus()[0]?.model ?? 'unknown CPU',
  cores: availableParallelism(),
  node: process.versions.node,
  command: `node bench/scale.mjs --sessions ${sessions} --speaking-ratio ${flags['speaking-ratio']} --minutes ${minutes}`,
  loadBefore,
  sessions,
  speaking,
  minutes,
  warmUpMs,
  idle,
  ...talk,
};
await ask('close');
const text = renderScale(results);
process.stdout.write(text);
if (!flags.print) {
  const root = fileURLToPath(new URL('../', import.meta.url));
  for (const folder of ['docs', 'generated']) mkdirSync(root + folder, { recursive: true });
  writeFileSync(`${root}generated/scale.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${root}docs/scale.md`, text);
}
server.disconnect();
if (minutes >= LONG_MINUTES && results.heapAfterMb - results.heapBeforeMb > MAX_GROWTH_MB) {
  tell(`The heap grew by more than ${MAX_GROWTH_MB} MB.`);
  process.exitCode = 1;
}

/** Memory of sessions that are ready and in which nobody has spoken. */
async function measureIdle() {
  const before = await ask('memory');
  const crowd = new Crowd(endpoints, '?agent=echo');
  await crowd.connect(sessions);
  await sleep(SETTLE_MS);
  tell(`${sessions} idle sessions`);
  const during = await ask('memory');
  await crowd.close();
  await sleep(SETTLE_MS);
  const after = await ask('memory');
  const perSession = (key) => (during[key] - before[key]) / sessions / 1000;
  return {
    heapKb: perSession('heapBytes'),
    rssKb: perSession('rssBytes'),
    leftKb: (after.heapBytes - before.heapBytes) / 1000,
  };
}

/** Everyone hears speech, some speak. */
async function measureTalk() {
  const crowd = new Crowd(endpoints, '');
  await crowd.connect(sessions);
  tell(`${sessions} sessions hear speech`);
  crowd.speak(speaking);
  await sleep(warmUpMs);
  const memoryBefore = await ask('memory');
  // The collection just now held everything up.
  await sleep(1000);
  const lag = new LagMeter();
  crowd.measure();
  await ask('start');
  const startMs = performance.now();
  const memoryRssMb = [];
  while (performance.now() - startMs < minutes * 60_000) {
    await sleep(Math.min(60_000, minutes * 60_000));
    memoryRssMb.push(Math.round((await ask('rss')) / 1e6));
  }
  const elapsedS = (performance.now() - startMs) / 1000;
  const heard = crowd.stop();
  const generatorLag = lag.stop();
  const load = loadavg()[0];
  const served = await ask('stop');
  const memoryAfter = await ask('memory');
  await crowd.close();
  return {
    load,
    framesPerS: heard.frames / elapsedS,
    lateness: heard.lateness,
    checkedFrames: heard.checkedFrames,
    wrongFrames: heard.wrongFrames,
    lostSessions: heard.lostSessions,
    generatorLag,
    serverLag: served.lag,
    serverCpuRatio: served.cpuMs / 1000 / elapsedS,
    generatorCpuRatio: heard.cpuMs / 1000 / elapsedS,
    uplinkFrames: served.framesIn,
    violationsByRule: served.violationsByRule,
    utterances: served.utterances,
    heapBeforeMb: memoryBefore.heapBytes / 1e6,
    heapAfterMb: memoryAfter.heapBytes / 1e6,
    memoryRssMb,
  };
}
