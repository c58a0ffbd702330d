// This file is the benchmark's server process: the built sandbox with an agent that never stops talking, and figures about
// the process on demand.
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../dist/node/index.js';
import { LagMeter } from './lagMeter.mjs';
import { makeAgentLine } from './speech.mjs';

const LINE_S = 20;
const [sessions, minutes] = process.argv.slice(2).map(Number);
const line = { text: 'speech', pcm: makeAgentLine() };
const lineCount = Math.ceil((minutes * 60 + 180) / LINE_S);
const sandbox = await startSandbox({
  seed: 1,
  vendors: ['voiceApi'],
  maxConnections: sessions + 10,
  // All lines are queued at once, so that speech never pauses between them.
  agent: (context) => ({
    opened() {
      for (let i = 0; i < lineCount; i++) context.say(line);
    },
  }),
});
let lag;
let cpu;

const answers = {
  async memory() {
    // What a socket held outside the heap goes only after its owner has gone.
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await sleep(50);
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapBytes: heapUsed + external, rssBytes: rss };
  },
  rss: () => process.memoryUsage().rss,
  /** The same, once, and how many sessions are open. */
  collected() {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapBytes: heapUsed + external, rssBytes: rss, openCount: openRecords().length };
  },
  start() {
    lag = new LagMeter();
    cpu = process.cpuUsage();
    return true;
  },
  stop() {
    const { user, system } = process.cpuUsage(cpu);
    const violationsByRule = {};
    let [framesIn, utterances] = [0, 0];
    for (const { counters, utterances: said } of openRecords()) {
      framesIn += counters.framesIn;
      utterances += said.length;
      for (const [rule, count] of Object.entries(counters.violationsByRule))
        violationsByRule[rule] = (violationsByRule[rule] ?? 0) + count;
    }
    return {
      lag: lag.stop(),
      userMs: user / 1000,
      systemMs: system / 1000,
      framesIn,
      utterances,
      violationsByRule,
    };
  },
  async close() {
    await sandbox.close();
    return true;
  },
};

function openRecords() {
  return sandbox.ledger.connections.filter(({ close }) => close === undefined);
}

process.on('message', (question) => {
  void Promise.resolve(answers[question]()).then((answer) => process.send(answer));
});
process.once('disconnect', () => process.exit());
process.send(sandbox.endpoints.voiceApi);
