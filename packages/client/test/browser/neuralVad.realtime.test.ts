import type { AgentFactory } from '@voicewire/sandbox';
import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { afterEach, expect, test } from 'vitest';
import { resample, speak } from '../speechFixture.ts';
import { createRig, type Rig } from './harness.ts';

const WIRE_RATE = 16_000;
/** What the microphone plays, from its opening: music that the built-in detector takes for speech, and the user later. */
const MUSIC = { startMs: 3_000, endMs: 6_000 };
const USER_SPEAKS_MS = 10_000;
/** Between the two, with seconds to either side for a busy machine. */
const BETWEEN_MS = 7_000;
/** Some 20 s: the agent speaks all the while. */
const GREETING = 'Welcome. Speak whenever you like. I answer when you stop. '.repeat(6).trim();

/** Never minds the user: only the page's own detector can stop it. */
const stubborn: AgentFactory = ({ say }) => ({ opened: () => say({ text: GREETING }) });

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** A chord that swells three times a second, and then a sentence; 16 kHz. */
async function soundOfTheRoom(): Promise<Int16Array> {
  const question = await speak('Speak whenever you like.');
  const samplesIn = (ms: number): number => (ms * WIRE_RATE) / 1000;
  const sound = new Int16Array(samplesIn(USER_SPEAKS_MS + 3_000) + question.length);
  for (let n = samplesIn(MUSIC.startMs); n < samplesIn(MUSIC.endMs); n++) {
    const wave = (hz: number): number => Math.sin((2 * Math.PI * hz * n) / WIRE_RATE);
    sound[n] = 3_277 * (wave(262) + wave(330) + wave(392)) * (0.5 + 0.5 * wave(3));
  }
  sound.set(question, samplesIn(USER_SPEAKS_MS));
  return sound;
}

test('the neural detector is loaded where a microphone asks for it: not music stops the agent, but the user', async () => {
  const samples = await resample(await soundOfTheRoom(), WIRE_RATE, 48_000);
  const current = await createRig({
    microphone: { sampleRate: 48_000, channelCount: 1, samples },
    sandbox: { agent: stubborn },
  });
  rig = current;
  const neuralFiles = (): string[] => [...current.loadedFiles].filter((name) => name.startsWith('neural'));
  /** @returns How much of the microphone had been captured when the agent was stopped, in ms. */
  const stoppedAfterMs = async (query: Record<string, string>): Promise<number> => {
    await current.open({ query: { bargeIn: '', ...query } });
    await current.page.click('#connect');
    const { events } = await current.until('the agent is stopped', (record) =>
      record.events.some(({ name }) => name === 'interrupted'),
    );
    const { input } = await current.page.evaluate(() => window.stats());
    expect(events.map(({ name }) => name)).not.toContain('error');
    await current.page.click('#disconnect');
    await current.until('disconnected', (record) => record.events.some(({ name }) => name === 'disconnected'));
    return input.framesCount * 20;
  };

  assertAtMost('stopped by the built-in detector', await stoppedAfterMs({}), BETWEEN_MS, 'ms');
  expect(neuralFiles()).toEqual(['neuralDetector.js']);
  assertAtLeast('stopped by the neural detector', await stoppedAfterMs({ vad: 'neural' }), BETWEEN_MS, 'ms');
  expect(neuralFiles()).toContain('neuralVad.js');
});
