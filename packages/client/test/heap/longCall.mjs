// This file holds a conversation of so many virtual minutes and prints what it leaves: heap by the minute, and timers. Run it
// with --expose-gc, and the number of minutes.
import { createTestCall, hum } from '../../dist/testing/index.js';

const MINUTES = Number(process.argv[2]);
/** The question and its answer take so long. */
const TURN_MS = 10_000;
const MEASUREMENTS = 12;

const answer = { when: 'userSpoke', play: [{ say: 'A long answer.', audio: hum(4_000) }] };
const turns = (MINUTES * 60_000) / TURN_MS;
const { agent, clock, microphone, run, session } = await createTestCall({
  script: Array.from({ length: turns }, () => answer),
  delayMs: 30,
  record: false,
});
const question = hum(1_500);
let answers = 0;
session.on('agentSpeechEnded', () => (answers += 1));

await run(session.connect());
const heap = [];
for (let turn = 1; turn <= turns; turn++) {
  microphone.say(question);
  await clock.advance(TURN_MS);
  if (turn % Math.ceil(turns / MEASUREMENTS) !== 0) continue;
  globalThis.gc();
  heap.push({ at: (turn * TURN_MS) / 60_000, value: process.memoryUsage().heapUsed });
}
const { input, downlink } = session.stats();
await run(session.disconnect());
process.stdout.write(
  JSON.stringify({ heap, answers, scenesLeft: agent.scenesLeft, pendingTimers: clock.pendingTimers, input, downlink }),
);
