import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { DEFAULT_TURN_OPTIONS } from '../hearing/hearing.ts';
import type { Transcriber } from '../hearing/transcriber.ts';
import { createRandom } from '../random.ts';
import { createVoice } from '../speech/voice.ts';
import { PcmStore } from '../hearing/pcmTail.ts';
import { FrameTicker } from '../speech/frameTicker.ts';
import type { Agent, AgentContext, UserText } from './agent.ts';
import type { AgentSessionPorts } from './agentSession.ts';
import { AgentSession } from './agentSession.ts';

const SEED = 7;
const FRAME_SAMPLES = 320;

/** A detector that takes any loud frame for speech. */
const loudness = { process: (frame: Int16Array) => (frame.some((sample) => Math.abs(sample) > 500) ? 1 : 0) };

const toneOf = (durationMs: number): Int16Array => new Int16Array(durationMs * 16).fill(8000);

/** A session on virtual time that writes down everything it reports. */
function createScene(ports: Partial<AgentSessionPorts> = {}, agent: Agent = {}) {
  const clock = new FakeClock(0);
  const log: string[] = [];
  let context: AgentContext | undefined;
  const session = new AgentSession({
    clock,
    ticker: new FrameTicker(clock),
    pcmStore: new PcmStore(),
    random: createRandom(SEED),
    voice: createVoice(undefined),
    detector: loudness,
    turns: DEFAULT_TURN_OPTIONS,
    createAgent: (given) => {
      context = given;
      return {
        userSpeechEnded: ({ transcript, durationMs }) => log.push(`agent heard ${transcript} ${durationMs}`),
        userTextReceived: ({ kind, text }) => log.push(`agent read ${kind} ${text}`),
        userInterrupted: () => log.push('agent interrupted'),
        finishedSpeaking: () => log.push('agent finished'),
        ...agent,
      };
    },
    frameSamples: FRAME_SAMPLES,
    speedRatio: 1,
    hangUp: () => log.push('hung up'),
    onLineStarted: ({ text, pcm, alignment }) => log.push(`started ${text} ${pcm.length} ${alignment.length}`),
    onLineEnded: ({ text, sentSamples }) => log.push(`ended ${text} ${sentSamples}`),
    onDrained: () => log.push('drained'),
    onCut: () => log.push('cut'),
    onSpeechStarted: ({ isBargeIn }) => log.push(`user started${isBargeIn ? ' over the agent' : ''}`),
    onUtterance: ({ transcript }) => log.push(`user ended ${transcript}`),
    ...ports,
  });
  session.start();
  const say = (text: string, durationMs: number): void => context?.say({ text, pcm: toneOf(durationMs) });
  return { clock, log, session, say };
}

describe('speech of the agent', () => {
  test('a line is reported whole when it begins to leave, and drained in real time after it', () => {
    const { clock, log, say } = createScene();
    say('Hello.', 100);
    expect(log).toEqual(['started Hello. 1600 6']);
    clock.advanceMs(99);
    expect(log.at(-1)).toBe('ended Hello. 1600');
    clock.advanceMs(1);
    expect(log.slice(-2)).toEqual(['drained', 'agent finished']);
  });

  test('an interruption cuts it, tells vendor and agent once, and does nothing in silence', () => {
    const { clock, log, session, say } = createScene();
    say('A long line.', 5000);
    clock.advanceMs(200);
    session.interrupt();
    session.interrupt();
    expect(log.filter((entry) => entry === 'cut')).toEqual(['cut']);
    expect(log.filter((entry) => entry === 'agent interrupted')).toEqual(['agent interrupted']);
    expect(log.some((entry) => entry.startsWith('ended A long line.'))).toBe(true);
    clock.advanceMs(10_000);
    expect(log).not.toContain('drained');
  });

  test('text cuts it too, and reaches the agent', () => {
    const { log, session, say } = createScene();
    const text: UserText = { kind: 'external-event', text: 'door open' };
    say('A long line.', 5000);
    session.hearText(text);
    expect(log.slice(-2)).toEqual(['cut', 'agent read external-event door open']);
  });
});

describe('turns that the client detects', () => {
  test('begin with the first sample, end with endUserTurn, and silence in between ends nothing', () => {
    const { log, session } = createScene();
    session.setTurnDetector('client');
    session.hear(toneOf(60));
    session.hear(new Int16Array(2000 * 16));
    session.hear(toneOf(65));
    expect(log).toEqual(['user started']);
    session.endUserTurn();
    session.endUserTurn();
    expect(log.slice(1)).toEqual(['user ended [2.1 s of speech]', 'agent heard [2.1 s of speech] 2125']);
  });

  test('of blocks of 1 to 1000 samples hear the same as of one block', () => {
    const heard = [1, 319, 320, 321, 1000].map((blockSamples) => {
      const { log, session } = createScene();
      const pcm = toneOf(500);
      for (let at = 0; at < pcm.length; at += blockSamples) session.hear(pcm.subarray(at, at + blockSamples));
      session.hear(new Int16Array(16 * 700));
      return log.join('\n');
    });
    expect(new Set(heard).size).toBe(1);
    expect(heard[0]).toContain('user ended [0.5 s of speech]');
  });

  test('a turn under way ends when the server takes over', () => {
    const { log, session } = createScene();
    session.setTurnDetector('client');
    session.hear(toneOf(100));
    session.setTurnDetector('server');
    expect(log).toContain('user ended [0.1 s of speech]');
  });
});

describe('transcripts', () => {
  const speakTwice = (session: AgentSession): void => {
    for (let turn = 0; turn < 2; turn++) {
      session.hear(toneOf(200));
      session.hear(new Int16Array(16 * 600));
    }
  };

  test('that come late are delivered in the order of their utterances; one that fails is a description', async () => {
    const settle: (() => void)[] = [];
    const transcriber: Transcriber = {
      transcribe: () => {
        const index = settle.length;
        return new Promise((resolve, reject) => {
          settle.push(() => (index === 0 ? resolve('first words') : reject(new Error('no model'))));
        });
      },
    };
    const { log, session } = createScene({ transcriber });
    speakTwice(session);
    settle[1]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.filter((entry) => entry.startsWith('agent heard'))).toEqual([]);
    settle[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.filter((entry) => entry.startsWith('agent heard'))).toEqual([
      'agent heard first words 200',
      'agent heard [0.2 s of speech] 200',
    ]);
  });

  test('after the end of the session reach nobody', async () => {
    const { log, session } = createScene({ transcriber: { transcribe: () => Promise.resolve('late') } });
    speakTwice(session);
    session.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.join(' ')).not.toContain('late');
  });

  test("an agent's own transcriber goes before the sandbox's, and tells what is known meanwhile", () => {
    const own: Transcriber = { transcribe: () => 'scripted', transcribePart: ({ durationMs }) => `scr ${durationMs}` };
    const { log, session } = createScene({ transcriber: { transcribe: () => 'other' } }, { transcriber: own });
    expect(session.partialTranscript).toBeUndefined();
    session.hear(toneOf(200));
    expect(session.partialTranscript).toBe('scr 200');
    session.hear(new Int16Array(16 * 600));
    expect(log).toContain('user ended scripted');
  });
});
