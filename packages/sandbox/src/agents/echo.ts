// This file is the echo agent: it plays every utterance back as it was heard, and reads every text out.
import type { AgentFactory } from './agent.ts';

/** Longest text that is read out, in characters: about a minute. A client may send a megabyte, which is a day's reading. */
const MAX_TEXT_CHARS = 1000;

/**
 * Creates the echo agent. It greets nobody; what the user says while it plays cuts it off and is echoed in turn. Of a
 * longer text it reads the first 1,000 characters, up to a whole word, and ends with `…`.
 */
export function echo(): AgentFactory {
  return (context) => ({
    userSpeechStarted({ isBargeIn }) {
      if (isBargeIn) context.stopSpeaking();
    },
    userSpeechEnded(utterance) {
      context.say({ text: `[echo of ${(utterance.durationMs / 1000).toFixed(1)} s]`, pcm: utterance.pcm });
    },
    userTextReceived: ({ text }) => context.say({ text: shorten(text) }),
  });
}

function shorten(text: string): string {
  if (text.length <= MAX_TEXT_CHARS) return text;
  const end = text.lastIndexOf(' ', MAX_TEXT_CHARS);
  return `${text.slice(0, end > 0 ? end : MAX_TEXT_CHARS)} …`;
}
