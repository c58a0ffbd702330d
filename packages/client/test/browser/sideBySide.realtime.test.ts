import { assertAtMost } from '@voicewire/testkit';
import { afterEach, expect, test } from 'vitest';
import { assertSameAudio } from '../audioTruth.ts';
import { arrange, resample, speak } from '../speechFixture.ts';
import { createRig, type Rig } from './harness.ts';

const WIRE_RATE = 16_000;
const LIMITS = { minCorrelation: 0.95, toleranceSamples: 2 };
/** −50 dBFS: what a tap holds above it is the agent. */
const AUDIBLE = 0.00316;

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

async function readTap(current: Rig, name: 'first' | 'second'): Promise<Float32Array> {
  const text = await current.page.evaluate((key) => window.taps[key].read(), name);
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

test('two sessions share a context and a microphone: each hears the user, each agent is heard whole, and what the page made stays open', async () => {
  const first = await speak('Welcome. Speak whenever you like. I answer when you stop.');
  const second = await speak('What else would you like to say?');
  const script = arrange([first, second], [800, 6_000, 5_000], WIRE_RATE);
  const samples = await resample(script.samples, WIRE_RATE, 48_000);
  rig = await createRig({ microphone: { sampleRate: 48_000, channelCount: 1, samples }, sandbox: { agent: 'echo' } });
  const current = rig;
  await current.openLab();
  await current.page.evaluate(async () => {
    const { lab } = window;
    const context = new AudioContext();
    window.context = context;
    window.taps = { first: await lab.createTap(context), second: await lab.createTap(context) };
    const places = [window.taps.first.node, window.taps.second.node];
    const audio = new lab.BrowserAudio({ context, destination: () => places.shift() ?? context.destination });
    window.calls = [lab.call({ audio }), lab.call({ audio })];
    await window.calls[0]?.session.connect();
  });
  // The second one joins in the pause between the two sentences.
  await current.page.waitForTimeout((script.spans[0]?.end ?? 0) / 16 + 1_000);
  await current.page.evaluate(() => window.calls[1]?.session.connect());
  const ended = (call: number): Promise<void> =>
    current.page.evaluate(
      (index) =>
        window.lab.until(
          `session ${index} has spoken to its end`,
          () => window.calls[index]?.events.filter(({ name }) => name === 'agentSpeechEnded').length === 2 - index,
          30_000,
        ),
      call,
    );
  await Promise.all([ended(0), ended(1)]);
  // One leaves; what it shared goes on for the other one.
  await current.page.evaluate(() => window.calls[0]?.session.disconnect());
  const shared = await current.page.evaluate(() => window.lab.census());
  expect(shared).toMatchObject({ liveTracks: 1, openContexts: 1, openSockets: 1, microphoneRequests: 1 });
  const before = await current.page.evaluate(() => window.calls[1]?.session.stats().input.framesCount ?? 0);
  await current.page.waitForTimeout(300);
  const after = await current.page.evaluate(() => window.calls[1]?.session.stats().input.framesCount ?? 0);
  expect(after).toBeGreaterThan(before + 5);
  await current.page.evaluate(() => window.calls[1]?.session.disconnect());
  expect(await current.page.evaluate(() => window.lab.census())).toMatchObject({
    liveTracks: 0,
    openContexts: 1,
    openSockets: 0,
  });
  expect(await current.page.evaluate(() => window.context.state)).toBe('running');

  const sampleRate = await current.page.evaluate(() => window.context.sampleRate);
  const spoken = [script.samples, script.samples.subarray((script.spans[0]?.end ?? 0) + WIRE_RATE)];
  for (const [i, name] of (['first', 'second'] as const).entries()) {
    const connection = current.sandbox.ledger.connections[i];
    if (connection === undefined) throw new Error(`There is no connection ${i}.`);
    assertSameAudio(`what the ${name} sandbox received`, connection.receivedPcm(), spoken[i] ?? new Int16Array(0), {
      ...LIMITS,
      jumps: { count: 2, direction: 'either' },
    });
    const tapped = await readTap(current, name);
    const played = await resample(
      Int16Array.from(tapped, (value) => value * 32_768),
      sampleRate,
      WIRE_RATE,
    );
    let start = 0;
    for (const { sentSamples } of connection.lines) {
      const utterance = connection.sentPcm().subarray(start, start + sentSamples);
      assertSameAudio(`what the ${name} session played`, played, utterance, {
        ...LIMITS,
        jumps: { count: 2, direction: 'later' },
      });
      start += sentSamples;
    }
    expect(start).toBeGreaterThan(WIRE_RATE / 2);
    // And nothing else: the other agent's audio would nearly double, or add to, what is audible.
    const audible = (values: ArrayLike<number>, scale: number): number =>
      Array.from(values).filter((value) => Math.abs(value) > AUDIBLE * scale).length;
    const ratio = audible(played, 32_768) / audible(connection.sentPcm(), 32_768);
    assertAtMost(`audible time of the ${name} tap against what was sent`, Math.abs(ratio - 1), 0.03, 'of it');
  }
  expect(current.sandbox.ledger.violations.filter(({ severity }) => severity === 'fatal')).toEqual([]);
});
