// This file is the benchmark's server process: the built sandbox with an agent that never stops talking.
import { startSandbox } from '../dist/node/index.js';
import { answerQuestions } from './processAnswers.mjs';
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

/** Of the connections that are open. */
function count() {
  const violationsByRule = {};
  let [openCount, framesIn, utterances] = [0, 0, 0];
  for (const { close, counters, utterances: said } of sandbox.ledger.connections) {
    if (close !== undefined) continue;
    openCount += 1;
    framesIn += counters.framesIn;
    utterances += said.length;
    for (const [rule, times] of Object.entries(counters.violationsByRule))
      violationsByRule[rule] = (violationsByRule[rule] ?? 0) + times;
  }
  return { openCount, framesIn, utterances, violationsByRule };
}

answerQuestions(sandbox.endpoints.voiceApi, { count, close: () => sandbox.close() });
