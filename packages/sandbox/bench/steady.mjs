// This file shows whether a sandbox that runs for an hour stays as it is: sessions that are mostly idle, some that hear speech,
// a few that speak all the time, and calls that end and begin again.
//   node bench/steady.mjs [--minutes 60] [--sessions 1000] [--hearing 50] [--speaking 10] [--print]
// Results go to generated/steady.json and docs/scale.md; with --print, to the screen only.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Crowd } from './crowd.mjs';
import { ServerProcess, describeMachine } from './serverProcess.mjs';
import { renderSteady } from './steadyTable.mjs';
import { keepResults } from './keepResults.mjs';
import { slopePerStep } from './slope.mjs';

const SECOND_MS = 1000;
/** Who does not speak hangs up by then and calls again: 120 s of silence are the server's limit. */
const CALL_S = 100;
/** Records of speakers fill for 13 minutes: a turn every 4 s, of which 200 are kept. What grows after them is a leak. */
const FILLING_MINUTES = 15;
const MAX_GROWTH_MB_PER_HOUR = 5;
const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    sessions: { type: 'string', default: '1000' },
    hearing: { type: 'string', default: '50' },
    speaking: { type: 'string', default: '10' },
    print: { type: 'boolean', default: false },
  },
});
const [minutes, sessions, hearing, speaking] = ['minutes', 'sessions', 'hearing', 'speaking'].map((name) =>
  Number(flags[name]),
);
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
const crowds = [hearers, idlers];
for (let second = 1; second <= 60 * minutes; second++) {
  await sleep(Math.max(0, startMs + second * SECOND_MS - performance.now()));
  for (const crowd of crowds) await crowd.restart(dueCalls(crowd.silentCount, second));
  if (second % 60 > 0) continue;
  const { heapBytes, rssBytes, openCount } = await server.ask('collected');
  samples.push({ minute: second / 60, heapMb: heapBytes / 1e6, rssMb: rssBytes / 1e6, openCount });
  process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
}
const elapsedS = (performance.now() - startMs) / 1000;
const heard = hearers.stop();
const idle = idlers.stop();
const served = await server.ask('stop');
await Promise.all([hearers.close(), idlers.close()]);
await server.close();

const settled = samples.filter(({ minute }) => minute > Math.min(FILLING_MINUTES, minutes / 2));
const perHour = (key) => 60 * slopePerStep(settled.map((sample) => sample[key]));
const results = {
  ...machine,
  command: `node bench/steady.mjs --minutes ${minutes} --sessions ${sessions} --hearing ${hearing} --speaking ${speaking}`,
  minutes,
  sessions,
  hearing,
  speaking,
  callCount: heard.callCount + idle.callCount,
  framesPerS: heard.frames / elapsedS,
  checkedFrames: heard.checkedFrames,
  wrongFrames: heard.wrongFrames,
  lostSessions: heard.lostSessions + idle.lostSessions,
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
if (results.heapMbPerHour > MAX_GROWTH_MB_PER_HOUR || results.lostSessions > 0 || results.wrongFrames > 0) {
  process.stderr.write(`Not steady: ${JSON.stringify(results)}\n`);
  process.exitCode = 1;
}

/** How many of `count` calls end in this second, so that each lasts `CALL_S`. */
function dueCalls(count, second) {
  return Math.floor((count * second) / CALL_S) - Math.floor((count * (second - 1)) / CALL_S);
}
