// This file runs the scale benchmark: many Voice API sessions that all hear speech while some speak; then the same with a
// server that is nothing but `ws`, which is the floor.
//   node bench/scale.mjs [--sessions 1000] [--speaking-ratio 0.1] [--minutes 0.5] [--print]
// The sandbox runs in a process of its own; the clients, in this one, share the machine with it. Results go to
// generated/scale.json and docs/scale.md; with --print, to the screen only.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Crowd } from './crowd.mjs';
import { keepResults } from './keepResults.mjs';
import { LagMeter } from './lagMeter.mjs';
import { renderScale } from './scaleTable.mjs';
import { ServerProcess, describeMachine } from './serverProcess.mjs';

const SETTLE_MS = 2000;
const WARM_UP_MS = 5000;
const { values: flags } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000' },
    'speaking-ratio': { type: 'string', default: '0.1' },
    minutes: { type: 'string', default: '0.5' },
    print: { type: 'boolean', default: false },
  },
});
const [sessions, minutes] = [Number(flags.sessions), Number(flags.minutes)];
const speaking = Math.round(sessions * Number(flags['speaking-ratio']));

/** Progress is not part of the results. */
const tell = (text) => process.stderr.write(`${text}\n`);
const machine = describeMachine();
const sandbox = await ServerProcess.start('scaleServer.mjs', [sessions, minutes]);
const idle = await measureIdle(sandbox);
const talk = await measureTalk(sandbox);
await sandbox.close();
const bare = await ServerProcess.start('bareServer.mjs', []);
const floor = await measureTalk(bare);
await bare.close();
const results = {
  ...machine,
  command: `node bench/scale.mjs --sessions ${sessions} --speaking-ratio ${flags['speaking-ratio']} --minutes ${minutes}`,
  sessions,
  speaking,
  minutes,
  warmUpMs: WARM_UP_MS,
  idle,
  talk,
  floor,
};
const text = renderScale(results);
process.stdout.write(text);
if (!flags.print) keepResults('scale', results, text);

/** Memory of sessions that are ready and in which nobody has spoken. */
async function measureIdle(server) {
  const before = await server.ask('memory');
  const crowd = new Crowd(server.endpoints, '?agent=echo');
  await crowd.connect(sessions);
  await sleep(SETTLE_MS);
  tell(`${sessions} idle sessions`);
  const during = await server.ask('memory');
  await crowd.close();
  await sleep(SETTLE_MS);
  const after = await server.ask('memory');
  const perSession = (key) => (during[key] - before[key]) / sessions / 1000;
  return {
    heapKb: perSession('heapBytes'),
    rssKb: perSession('rssBytes'),
    leftKb: (after.heapBytes - before.heapBytes) / 1000,
  };
}

/** Everyone hears speech, some speak. */
async function measureTalk(server) {
  const crowd = new Crowd(server.endpoints, '');
  await crowd.connect(sessions);
  tell(`${sessions} sessions hear speech`);
  crowd.speak(speaking);
  await sleep(WARM_UP_MS);
  const memoryBefore = await server.ask('memory');
  // The collection just now held everything up.
  await sleep(1000);
  const lag = new LagMeter();
  crowd.measure();
  await server.ask('start');
  const startMs = performance.now();
  await sleep(minutes * 60_000);
  const elapsedS = (performance.now() - startMs) / 1000;
  const heard = crowd.stop();
  const generatorLag = lag.stop();
  const load = loadavg()[0];
  const served = await server.ask('stop');
  const rssBytes = await server.ask('rss');
  const memoryAfter = await server.ask('memory');
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
    serverCpuRatio: (served.userMs + served.systemMs) / 1000 / elapsedS,
    serverUserUsPerFrame: (1000 * served.userMs) / heard.frames,
    serverSystemUsPerFrame: (1000 * served.systemMs) / heard.frames,
    generatorCpuRatio: heard.cpuMs / 1000 / elapsedS,
    uplinkFrames: served.framesIn,
    violationsByRule: served.violationsByRule ?? {},
    utterances: served.utterances ?? 0,
    heapBeforeMb: memoryBefore.heapBytes / 1e6,
    heapAfterMb: memoryAfter.heapBytes / 1e6,
    rssMb: rssBytes / 1e6,
  };
}
