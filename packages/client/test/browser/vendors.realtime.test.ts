import type { AgentFactory } from '@voicewire/sandbox';
import { assertAtLeast, findBestCorrelation } from '@voicewire/testkit';
import { afterEach, expect, test } from 'vitest';
import { arrange, resample, speak } from '../speechFixture.ts';
import { createRig, type Rig } from './harness.ts';
import type { PageRecord } from './page/main.ts';

const WIRE_RATE = 16_000;
/** Sound in int16: above what a resampler leaves of silence, far below speech. */
const AUDIBLE = 60;
/** Of the greeting, at the least: 0.3 s. How soon the page connects is up to the machine. */
const MIN_HEARD_SAMPLES = 4_800;

/** 7 s: nobody is as slow as to hear it out before the user speaks. */
const GREETING =
  'Welcome. Speak whenever you like. I answer when you stop. Speak whenever you like. I answer when you stop.';
/** A piece of the answer; 16 kHz. */
const PIECE_SAMPLES = 6_400;

const ANSWER = 'I heard you.';
const question = await speak('Speak whenever you like.');

/** Greets at length, falls silent when somebody speaks, and then answers. */
const polite: AgentFactory = (context) => ({
  opened: () => context.say({ text: GREETING }),
  userSpeechStarted({ isBargeIn }) {
    if (isBargeIn) context.stopSpeaking();
  },
  userSpeechEnded: () => context.say({ text: ANSWER }),
  closed: () => undefined,
});

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** Everything the page played, at 16 kHz. */
async function playedBy(current: Rig): Promise<Int16Array> {
  const bytes = Buffer.from(await current.page.evaluate(() => window.readTap('speaker')), 'base64');
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const { sampleRate } = await current.record();
  return resample(
    Int16Array.from(floats, (value) => value * 32_768),
    sampleRate,
    WIRE_RATE,
  );
}

test.each(['soca', 'amigo'])(
  '%s through the relay: the greeting is heard until the user speaks, then nothing of it, then the answer whole',
  async (vendor) => {
    const { samples } = arrange([question], [3_000, 4_000], WIRE_RATE);
    const current = await createRig({
      microphone: { sampleRate: 48_000, channelCount: 1, samples: await resample(samples, WIRE_RATE, 48_000) },
      sandbox: { agent: polite },
    });
    rig = current;
    const { soca, amigo } = current.sandbox.endpoints;
    const options = {
      soca: { agentId: soca.agentId, language: 'en' },
      amigo: { organization: amigo.organization, serviceId: amigo.serviceId },
    }[vendor];
    await current.open({ query: { tap: '', vendor, options: JSON.stringify(options) } });
    await current.page.click('#connect');
    const speechOf = (record: PageRecord): string[] =>
      record.events.map(({ name }) => name).filter((name) => /^(?:agentSpeech|interrupted)/.test(name));
    const { events } = await current.until('the answer has been heard', (record) => {
      const speech = speechOf(record);
      const answer = speech.slice(speech.indexOf('interrupted'));
      return answer.indexOf('agentSpeechStarted') > 0 && answer.at(-1) === 'agentSpeechEnded';
    });
    await current.page.click('#disconnect');
    await current.until('disconnected', (record) => record.events.some(({ name }) => name === 'disconnected'));
    await current.until('the microphone is released', ({ liveTracks }) => liveTracks === 0);

    const [connection] = current.sandbox.ledger.connections;
    const [greeting, answer] = connection?.lines ?? [];
    if (connection === undefined || greeting === undefined || answer === undefined)
      throw new Error(`Not all was said: ${JSON.stringify(connection?.lines)}`);
    assertAtLeast(
      'what the agent heard',
      findBestCorrelation(question, connection.receivedPcm()).correlation,
      0.95,
      '',
    );

    const played = await playedBy(current);
    const sent = connection.sentPcm();
    // The answer from its beginning to its end; a busy machine may put a pause in between. MP3 keeps this much of a voice.
    expect(answer.sentSamples).toBe(answer.lengthSamples);
    const answerPcm = sent.subarray(-answer.sentSamples);
    const first = findBestCorrelation(answerPcm.subarray(0, PIECE_SAMPLES), played);
    const last = findBestCorrelation(answerPcm.subarray(-PIECE_SAMPLES), played);
    assertAtLeast('correlation of the beginning of the answer', first.correlation, 0.93, '');
    assertAtLeast('correlation of its end', last.correlation, 0.93, '');
    const answerStart = first.lagSamples;
    const lateSamples = last.lagSamples - answerStart - (answerPcm.length - PIECE_SAMPLES);
    expect(lateSamples).toBeGreaterThan(-8);
    expect(lateSamples).toBeLessThan(WIRE_RATE / 2);
    // Before it a beginning of the greeting, and the rest never.
    const isAudible = (value: number): boolean => Math.abs(value) >= AUDIBLE;
    const start = played.findIndex(isAudible);
    const heard = played.subarray(start, played.subarray(0, answerStart).findLastIndex(isAudible));
    const what = `the greeting, heard for ${heard.length} of ${greeting.lengthSamples} samples`;
    expect(heard.length, what).toBeGreaterThan(MIN_HEARD_SAMPLES);
    expect(heard.length, what).toBeLessThan(greeting.lengthSamples - WIRE_RATE / 2);
    const beginning = findBestCorrelation(heard.subarray(0, MIN_HEARD_SAMPLES), sent.subarray(0, greeting.sentSamples));
    assertAtLeast(`correlation of ${what}`, beginning.correlation, 0.93, '');
    // And then a pause, which no speech of the greeting breaks.
    expect(answerStart - start - heard.length).toBeGreaterThan(WIRE_RATE / 4);

    expect(events.filter(({ name }) => name === 'error')).toEqual([]);
    expect(current.sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
  },
);
