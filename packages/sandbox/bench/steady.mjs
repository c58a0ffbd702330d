// This file shows whether a sandbox that runs for an hour stays as it is: sessions that are mostly idle, some that hear speech,
// a few that speak, and calls that end and begin again.
//   node bench/steady.mjs [--minutes 60] [--sessions 1000] [--hearing 50] [--speaking 10] [--restarts 20] [--print]
// `--restarts` is how many idle sessions end and begin again each minute. Results go to generated/steady.json and
// docs/scale.md; with --print, to the screen only.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Crowd } from './crowd.mjs';
import { ServerProcess, describeMachine } from './serverProcess.mjs';
import { renderSteady } from './steadyTable.mjs';
import { keepResults } from './keepResults.mjs';
import { slopePerStep } from './slope.mjs';

const MINUTE_MS = 60_000;
/** Records of speakers fill for 13 minutes: a turn every 4 s, of which 200 are kept. What grows after them is a leak. */
const FILLING_MINUTES = 15;
const MAX_GROWTH_MB_PER_HOUR = 5;
const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    sessions: { type: 'string', default: '1000' },
    hearing: { type: 'string', default: '50' },
    speaking: { type: 'string', default: '10' },
    restarts: { type: 'string', default: '20' },
    print: { type: 'boolean', default: false },
  },
});
const [minutes, sessions, hearing, speaking, restarts] = [
  Number(flags.minutes),
  Number(flags.sessions),
  Number(flags.hearing),
  Number(flags.speaking),
  Number(flags.restarts),
];
const machine = describeMachine();
const server = await ServerProcess.start('scaleServer.mjs', [sessions, minutes]);
const hearers = new Crowd(server.endpoints, '');
const idlers = new Crowd(server.endpoints, '?agent=echo');
await hearers.connect(hearing);
await idlers.connect(sessions - hearing);
hearers.speak(speaking);
hearers.measure();
await server.ask('start');

const samples = [];
const startMs = performance.now();
for (let minute = 1; minute <= minutes; minute++) {
  await sleep(Math.max(0, startMs + minute * MINUTE_MS - performance.now()));
  for (const crowd of [hearers, idlers]) crowd.murmur();
  await idlers.restart(restarts);
  const { heapBytes, rssBytes, openCount } = await server.ask('collected');
  samples.push({ minute, heapMb: heapBytes / 1e6, rssMb: rssBytes / 1e6, openCount });
  process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
}
const elapsedS = (performance.now() - startMs) / 1000;
const heard = hearers.stop();
const served = await server.ask('stop');
await Promise.all([hearers.close(), idlers.close()]);
await server.close();

const settled = samples.filter(({ minute }) => minute > Math.min(FILLING_MINUTES, minutes / 2));
const perHour = (key) => 60 * slopePerStep(settled.map((sample) => sample[key]));
const results = {
  ...machine,
  command: `node bench/steady.mjs --minutes ${minutes} --sessions ${sessions} --hearing ${hearing} --speaking ${speaking} --restarts ${restarts}`,
  minutes,
  sessions,
  hearing,
  speaking,
  restarts,
  framesPerS: heard.frames / elapsedS,
  checkedFrames: heard.checkedFrames,
  wrongFrames: heard.wrongFrames,
  lostSessions: heard.lostSessions,
  uplinkFrames: served.framesIn,
  serverCpuRatio: (served.userMs + served.systemMs) / 1000 / elapsedS,
  settledFromMinute: settled[0]?.minute,
  heapMbPerHour: perHour('heapMb'),
  rssMbPerHour: perHour('rssMb'),
  samples,
};
const text = renderSteady(results);
process.stdout.write(text);
if (!flags.print) keepResults('steady', results, text);
const areAllOpen = samples.every(({ openCount }) => openCount === sessions);
if (results.heapMbPerHour > MAX_GROWTH_MB_PER_HOUR || !areAllOpen || results.wrongFrames > 0) {
  process.stderr.write(`Not steady: ${JSON.stringify(results)}\n`);
  process.exitCode = 1;
}
