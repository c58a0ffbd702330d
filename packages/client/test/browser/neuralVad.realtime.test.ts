import type { AgentFactory } from '@voicewire/sandbox';
import { assertAtLeast } from '@voicewire/testkit';
import { afterEach, expect, test } from 'vitest';
import { resample, speak } from '../speechFixture.ts';
import { createRig, type Rig } from './harness.ts';
import type { PageRecord } from './page/main.ts';

const WIRE_RATE = 16_000;
/** More than any of these calls lasts. */
const ROOM_SAMPLES = 60 * WIRE_RATE;
/** Some 10 s: the agent speaks all the while. */
const GREETING = 'Welcome. Speak whenever you like. I answer when you stop. '.repeat(3).trim();

/** Never minds the user: only the page's own detector can stop it. */
const stubborn: AgentFactory = ({ say }) => ({ opened: () => say({ text: GREETING }) });

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** An oven that beeps, 0.8 s in 2 s: to the built-in detector that is speech; the neural one scores it below 0.15. */
function beeps(): Int16Array {
  return Int16Array.from({ length: ROOM_SAMPLES }, (_, n) => {
    const isOn = n % (2 * WIRE_RATE) < 0.8 * WIRE_RATE;
    return isOn ? 6_554 * Math.sin((2 * Math.PI * 1_000 * n) / WIRE_RATE) : 0;
  });
}

/** A sentence, again and again, with 2 s between. */
async function user(): Promise<Int16Array> {
  const sentence = await speak('Speak whenever you like.');
  const sound = new Int16Array(ROOM_SAMPLES);
  const period = sentence.length + 2 * WIRE_RATE;
  for (let at = 0; at + period <= ROOM_SAMPLES; at += period) sound.set(sentence, at);
  return sound;
}

async function inRoom(sound: Int16Array): Promise<Rig> {
  const samples = await resample(sound, WIRE_RATE, 48_000);
  rig = await createRig({
    microphone: { sampleRate: 48_000, channelCount: 1, samples },
    sandbox: { agent: stubborn },
  });
  return rig;
}

const has = ({ events }: PageRecord, asked: string): boolean => events.some(({ name }) => name === asked);
const neuralFiles = ({ loadedFiles }: Rig): string[] => [...loadedFiles].filter((name) => name.startsWith('neural'));

/** A call, until the agent has been heard to its end or was stopped. */
async function greetedIn(current: Rig, query: Record<string, string>): Promise<PageRecord> {
  await current.open({ query: { bargeIn: '', ...query } });
  await current.page.click('#connect');
  const record = await current.until('the agent is silent again', (seen) => has(seen, 'agentSpeechEnded'));
  expect(has(record, 'error')).toBe(false);
  return record;
}

test('the neural detector is loaded where a microphone asks for it, and a beep does not stop the agent', async () => {
  const current = await inRoom(beeps());

  expect(has(await greetedIn(current, {}), 'interrupted')).toBe(true);
  expect(neuralFiles(current)).toEqual(['neuralDetector.js']);

  expect(has(await greetedIn(current, { vad: 'neural' }), 'interrupted')).toBe(false);
  expect(neuralFiles(current)).toContain('neuralVad.js');
  const { input } = await current.page.evaluate(() => window.stats());
  assertAtLeast('heard of the room', input.framesCount * 20, 4_000, 'ms');
});

test('a user stops the agent with the neural detector', async () => {
  expect(has(await greetedIn(await inRoom(await user()), { vad: 'neural' }), 'interrupted')).toBe(true);
});
