import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { DEFAULT_TURN_OPTIONS } from '../hearing/hearing.ts';
import { createRandom } from '../random.ts';
import { createVoice } from '../speech/voice.ts';
import { PcmStore } from '../hearing/pcmTail.ts';
import { FrameTicker } from '../speech/frameTicker.ts';
import type { AgentFactory } from './agent.ts';
import { AgentSession } from './agentSession.ts';
import { conversation } from './conversation.ts';
import * as lines from './lines.ts';
import { scripted } from './scripted.ts';

/** A voice that takes 10 ms for every character. */
const quickVoice = {
  ...createVoice(undefined),
  render: (text: string) => new Int16Array(text.length * 160).fill(1000),
};

/** An agent whose user speaks, types and interrupts by request. */
function createScene(createAgent: AgentFactory) {
  const clock = new FakeClock(0);
  const said: string[] = [];
  const transcripts: string[] = [];
  let hungUpAtMs: number | undefined;
  const session = new AgentSession({
    clock,
    ticker: new FrameTicker(clock),
    pcmStore: new PcmStore(),
    random: createRandom(3),
    voice: quickVoice,
    detector: { process: () => 0 },
    turns: DEFAULT_TURN_OPTIONS,
    createAgent,
    frameSamples: 320,
    speedRatio: 1,
    hangUp: () => {
      hungUpAtMs = clock.nowMs();
    },
    onLineStarted: ({ text }) => said.push(text),
    onUtterance: ({ transcript }) => transcripts.push(transcript),
  });
  session.start();
  session.setTurnDetector('client');
  return {
    clock,
    said,
    transcripts,
    session,
    get hungUpAtMs() {
      return hungUpAtMs;
    },
    /** One turn, and time for the answer to begin. */
    speak(durationMs: number) {
      session.hear(new Int16Array(durationMs * 16).fill(9000));
      session.endUserTurn();
      clock.advanceMs(200);
    },
    type(text: string) {
      session.hearText({ kind: 'user-message', text });
      clock.advanceMs(200);
    },
  };
}

describe('the menu', () => {
  const openMenu = () => {
    const scene = createScene(conversation());
    scene.clock.advanceMs(20_000);
    expect(scene.said.at(-1)).toBe(lines.SILENCE_LINES.first);
    return scene;
  };

  test('comes after 15 s of silence; an answer of one short word is the count', () => {
    const scene = openMenu();
    scene.speak(600);
    expect(scene.said.at(-1)).toBe(lines.DEMO_LINES.count);
    scene.clock.advanceMs(60_000);
    expect(scene.said.slice(-2)).not.toContain(lines.DEMO_LINES.count);
    expect(scene.said).toContain(lines.SILENCE_LINES.count);
    expect(scene.said).toContain(lines.DEMO_LINES.end);
  });

  test('an answer of a whole sentence is the story, and the turn after it is measured again', () => {
    const scene = openMenu();
    scene.speak(2500);
    expect(scene.said.at(-1)).toBe(lines.DEMO_LINES.story);
    scene.speak(2500);
    expect(scene.said.at(-1)).toMatch(/^(You interrupted me|That was a clean)/);
  });
});

describe('typed text', () => {
  test.each([
    ['please count', lines.DEMO_LINES.count],
    ['Tell me a STORY!', lines.DEMO_LINES.story],
    ['menu', lines.MENU],
    ['What is the weather like?', 'You wrote five words.'],
    ['Hello', 'You wrote one word.'],
  ])('%j is answered with %j', (text, answer) => {
    const scene = createScene(conversation());
    scene.clock.advanceMs(3000);
    scene.type(text);
    expect(scene.said.at(-1)).toBe(answer);
  });

  test('goodbye says goodbye and hangs up when it is said', () => {
    const scene = createScene(conversation());
    scene.type('goodbye');
    expect(lines.GOODBYES).toContain(scene.said.at(-1));
    expect(scene.hungUpAtMs).toBeUndefined();
    scene.clock.advanceMs(2000);
    expect(scene.hungUpAtMs).toBeDefined();
  });

  test('an interruption by button is silence; the menu comes again after 15 s of it', () => {
    const scene = createScene(conversation());
    scene.clock.advanceMs(300);
    scene.session.interrupt();
    scene.clock.advanceMs(14_900);
    expect(scene.said.length).toBe(1);
    scene.clock.advanceMs(200);
    expect(scene.said.at(-1)).toBe(lines.SILENCE_LINES.first);
  });
});

describe('scripted', () => {
  const script = {
    greeting: 'Welcome.',
    turns: [
      { user: 'a table for two please', agent: ['Sure.', 'When?'], thinkMs: 100 },
      { agent: ['Done.'], hangUp: true },
    ],
  };

  test('follows the script, knows what the user says, and hangs up where it says so', () => {
    const scene = createScene(scripted(script));
    scene.clock.advanceMs(1000);
    scene.session.hear(new Int16Array(1000 * 16).fill(9000));
    expect(scene.session.partialTranscript).toBe('a table for');
    scene.session.endUserTurn();
    scene.clock.advanceMs(2000);
    scene.speak(500);
    scene.clock.advanceMs(1000);
    expect(scene.said).toEqual(['Welcome.', 'Sure.', 'When?', 'Done.']);
    expect(scene.transcripts).toEqual(['a table for two please', '[0.5 s of speech]']);
    expect(scene.hungUpAtMs).toBeDefined();
  });

  test('without hangUp it starts again after its last turn; speech cuts it off', () => {
    const scene = createScene(scripted({ turns: [{ agent: ['One.'] }, { agent: ['A much longer line than that.'] }] }));
    scene.speak(500);
    scene.speak(500);
    scene.speak(500);
    expect(scene.said).toEqual(['One.', 'A much longer line than that.', 'One.']);
  });

  test('a script that is none is refused when the agent is made', () => {
    expect(() => scripted({ turns: [] })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
