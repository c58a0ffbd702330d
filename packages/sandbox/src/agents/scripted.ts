// This file is the scripted agent: it follows a script turn by turn, and knows from it what the user says.
import type { Transcriber } from '../hearing/transcriber.ts';
import { describeSpeech } from '../hearing/transcriber.ts';
import type { AgentFactory } from './agent.ts';
import * as lines from './lines.ts';
import type { Script, ScriptTurn } from './script.ts';
import { readScript } from './script.ts';

/** Speed at which words of a script's user appear while audio comes in: a brisk talker's. */
const WORDS_PER_SECOND = 3;
const DEFAULT_THINK_MS = 150;

/** What is said without a script of one's own; the shipped clips cover it. */
export const DEFAULT_SCRIPT: Script = {
  greeting: lines.GREETINGS[0],
  turns: [
    { user: 'Good morning, can you hear me?', agent: [lines.ACKNOWLEDGEMENTS[0], lines.INVITATIONS[0]] },
    { user: 'Please count for me.', agent: [lines.DEMO_LINES.count, lines.SILENCE_LINES.count] },
    { user: 'Thank you, that is all.', agent: [lines.GOODBYES[0]], hangUp: true },
  ],
};

/**
 * Creates the scripted agent. The user's turns are counted, not understood; speech cuts the agent off.
 *
 * @throws {SandboxError} `invalid-option` for a script that is not one.
 */
export function scripted(script: Script = DEFAULT_SCRIPT): AgentFactory {
  const { greeting, turns } = readScript(script);
  return (context) => {
    let turnIndex = 0;
    let timer: unknown;
    const cancel = (): void => {
      if (timer !== undefined) context.clock.clearTimer(timer);
      timer = undefined;
    };
    const turnAt = (index: number): ScriptTurn => turns[index % turns.length] as ScriptTurn;
    const answer = (): void => {
      const { agent, thinkMs = DEFAULT_THINK_MS, hangUp = false } = turnAt(turnIndex);
      turnIndex += 1;
      cancel();
      timer = context.clock.setTimer(thinkMs, () => {
        timer = undefined;
        for (const text of agent) context.say({ text });
        if (hangUp) context.hangUp();
      });
    };
    return {
      transcriber: transcribeFrom(() => turnAt(turnIndex).user),
      opened: () => {
        if (greeting !== undefined) context.say({ text: greeting });
      },
      userSpeechStarted: () => {
        cancel();
        context.stopSpeaking();
      },
      userSpeechEnded: answer,
      userTextReceived: answer,
      closed: cancel,
    };
  };
}

/** Words appear at the pace of speech; where the script is silent, the description stands. */
function transcribeFrom(currentLine: () => string | undefined): Transcriber {
  return {
    transcribe: (utterance) => currentLine() ?? describeSpeech(utterance),
    transcribePart: (heard) => {
      const words = currentLine()?.split(/\s+/);
      if (words === undefined) return describeSpeech(heard);
      return words.slice(0, Math.ceil((heard.durationMs / 1000) * WORDS_PER_SECOND)).join(' ');
    },
  };
}
