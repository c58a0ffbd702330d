import { describe, expect, test } from 'vitest';
import type { Agent, AgentContext } from '../agents/agent.ts';
import type { SpeechStart, TranscribedUtterance } from '../hearing/utterance.ts';
import { AgentGate } from './agentGate.ts';

const SILENT: SpeechStart = { startSample: 0, isBargeIn: false };
const OVER: SpeechStart = { startSample: 0, isBargeIn: true };
const turn = (transcript: string): TranscribedUtterance => ({
  transcript,
  startSample: 0,
  endSample: 1,
  durationMs: 1,
  rmsDb: -20,
  pcm: new Int16Array(1),
});

/** An agent behind a gate that answers what is not "hmm", and what it hears. */
function createScene() {
  const heard: string[] = [];
  const judged: string[] = [];
  const gate = new AgentGate(({ transcript }, hasInterrupted) => {
    judged.push(`${transcript} ${hasInterrupted}`);
    return transcript !== 'hmm';
  });
  const transcriber = { transcribe: () => 'scripted' };
  const inner: Agent = {
    transcriber,
    opened: () => heard.push('opened'),
    userSpeechStarted: ({ isBargeIn }) => heard.push(`started ${isBargeIn}`),
    userSpeechEnded: ({ transcript }) => heard.push(`ended ${transcript}`),
    userTextReceived: ({ text }) => heard.push(text),
    userInterrupted: () => heard.push('interrupted'),
    finishedSpeaking: () => heard.push('finished'),
    closed: () => heard.push('closed'),
  };
  const agent = gate.guard(() => inner)({} as AgentContext);
  return { gate, agent, heard, judged, transcriber };
}

describe('AgentGate', () => {
  test('speech in silence reaches the agent at once, its end when it is to be answered', () => {
    const { agent, heard, judged } = createScene();
    agent.userSpeechStarted?.(SILENT);
    agent.userSpeechEnded?.(turn('hello'));
    agent.userSpeechStarted?.(SILENT);
    agent.userSpeechEnded?.(turn('hmm'));
    expect(heard).toEqual(['started false', 'ended hello', 'started false']);
    expect(judged).toEqual(['hello true', 'hmm true']);
  });

  test('speech over the agent reaches it once it interrupts, and only then', () => {
    const { agent, gate, heard, judged } = createScene();
    agent.userSpeechStarted?.(OVER);
    expect(heard).toEqual([]);
    gate.interrupt();
    gate.interrupt();
    expect(heard).toEqual(['started true']);
    agent.userSpeechEnded?.(turn('stop'));
    expect(heard).toEqual(['started true', 'ended stop']);
    expect(judged).toEqual(['stop true']);
  });

  test('held back to its end, it reaches the agent whole, or not at all', () => {
    const { agent, gate, heard, judged } = createScene();
    agent.userSpeechStarted?.(OVER);
    agent.userSpeechEnded?.(turn('hmm'));
    gate.interrupt();
    expect(heard).toEqual([]);
    agent.userSpeechStarted?.(OVER);
    agent.userSpeechEnded?.(turn('stop'));
    expect(heard).toEqual(['started true', 'ended stop']);
    expect(judged).toEqual(['hmm false', 'stop false']);
  });

  test('a turn whose transcript comes late leaves the speech after it held back', () => {
    const { agent, gate, heard } = createScene();
    agent.userSpeechStarted?.(SILENT);
    agent.userSpeechStarted?.({ startSample: 9000, isBargeIn: true });
    agent.userSpeechEnded?.(turn('hello'));
    expect(heard).toEqual(['started false', 'ended hello']);
    gate.interrupt();
    expect(heard).toEqual(['started false', 'ended hello', 'started true']);
  });

  test('everything else passes, the transcriber too', () => {
    const { agent, heard, transcriber } = createScene();
    agent.opened?.();
    agent.userTextReceived?.({ kind: 'user-message', text: 'text' });
    agent.userInterrupted?.();
    agent.finishedSpeaking?.();
    agent.closed?.();
    expect(heard).toEqual(['opened', 'text', 'interrupted', 'finished', 'closed']);
    expect(agent.transcriber).toBe(transcriber);
  });
});
