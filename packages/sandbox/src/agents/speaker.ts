// This file is the speaker agent: it says scripted lines, whatever it hears.
import type { AgentFactory, Speech } from './agent.ts';
import { DEFAULT_SCRIPT } from './lines.ts';

/** How the script is spoken. */
export interface SpeakerOptions {
  /** Spoken in this order; text, or audio of your own. Default: a short script that the shipped clips cover. */
  readonly lines?: readonly (string | Speech)[];
  /** Silence between two lines, in ms. Default 500. */
  readonly pauseMs?: number;
  /** Starts again after the last line. Default false. */
  readonly isRepeating?: boolean;
}

const DEFAULT_PAUSE_MS = 500;

/** Creates the speaker agent. It is never interrupted. */
export function speaker(options: SpeakerOptions = {}): AgentFactory {
  const lines = (options.lines ?? DEFAULT_SCRIPT).map((line) => (typeof line === 'string' ? { text: line } : line));
  const pauseMs = options.pauseMs ?? DEFAULT_PAUSE_MS;
  return (context) => {
    let next = 0;
    let timer: unknown;
    const sayNext = (): void => {
      timer = undefined;
      if (next === lines.length && options.isRepeating === true) next = 0;
      const line = lines[next];
      if (line === undefined) return;
      next += 1;
      context.say(line);
    };
    return {
      opened: sayNext,
      finishedSpeaking() {
        timer = context.clock.setTimer(pauseMs, sayNext);
      },
      closed() {
        if (timer !== undefined) context.clock.clearTimer(timer);
      },
    };
  };
}
