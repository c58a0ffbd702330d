// This file answers the benchmark's questions about a server's process, from within it.
import { setTimeout as sleep } from 'node:timers/promises';
import { LagMeter } from './lagMeter.mjs';

/**
 * Says where the server is reached, then answers.
 *
 * @param own `count`: what was served, for `stop`. `close`: ends the server.
 */
export function answerQuestions(endpoints, own) {
  let lag;
  let cpu;
  const answers = {
    async memory() {
      // What a socket held outside the heap goes only after its owner has gone.
      for (let i = 0; i < 3; i++) {
        globalThis.gc();
        await sleep(50);
      }
      return readMemory();
    },
    rss: () => process.memoryUsage().rss,
    /** The same as `memory`, at once, and what was served. */
    collected() {
      globalThis.gc();
      return { ...readMemory(), ...own.count() };
    },
    start() {
      lag = new LagMeter();
      cpu = process.cpuUsage();
      return true;
    },
    stop() {
      const { user, system } = process.cpuUsage(cpu);
      return { lag: lag.stop(), userMs: user / 1000, systemMs: system / 1000, ...own.count() };
    },
    async close() {
      await own.close();
      return true;
    },
  };
  process.on('message', (question) => {
    void Promise.resolve(answers[question]()).then((answer) => process.send(answer));
  });
  process.once('disconnect', () => process.exit());
  process.send(endpoints);
}

function readMemory() {
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, rssBytes: rss };
}
