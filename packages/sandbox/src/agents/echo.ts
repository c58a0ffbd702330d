// This file is the echo agent: it plays every utterance back as it was heard, and reads every text out.
import type { AgentFactory } from './agent.ts';

/** Creates the echo agent. It greets nobody; what the user says while it plays cuts it off and is echoed in turn. */
export function echo(): AgentFactory {
  return (context) => ({
    userSpeechStarted({ isBargeIn }) {
      if (isBargeIn) context.stopSpeaking();
    },
    userSpeechEnded(utterance) {
      context.say({ text: `[echo of ${(utterance.durationMs / 1000).toFixed(1)} s]`, pcm: utterance.pcm });
    },
    userTextReceived: ({ text }) => context.say({ text }),
  });
}
