import type { amigoNotes } from '@voicewire/protocol/amigo-notes';
import { afterEach, expect, test } from 'vitest';
import { assertSameAudio } from '../audioTruth.ts';
import { openNoteAccess } from '../noteAccess.ts';
import { arrange, resample, speak } from '../speechFixture.ts';
import { createRig, type Rig } from './harness.ts';
import type { NoteRecord } from './page/notes.ts';

const WIRE_RATE = 16_000;
/** As in the conversations beside this. */
const LIMITS = { minCorrelation: 0.95, toleranceSamples: 2 };

const line = await speak('Welcome. Speak whenever you like. I answer when you stop.');

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

async function openPage(microphone: Int16Array): Promise<Rig> {
  const samples = await resample(microphone, WIRE_RATE, 48_000);
  rig = await createRig({
    microphone: { sampleRate: 48_000, channelCount: 1, samples },
    sandbox: { agent: 'echo', amigoNotes: { patienceMs: 500 } },
  });
  await rig.open();
  await rig.page.goto(new URL('/notes.html', rig.page.url()).href);
  await rig.page.waitForFunction(() => window.noteRecord !== undefined && window.setUp !== undefined);
  const { token, ...place } = await openNoteAccess(rig.sandbox);
  const options: Parameters<typeof amigoNotes>[0] = { ...place, credentials: { token } };
  await rig.page.evaluate((given) => window.setUp(given), options);
  return rig;
}

async function until(current: Rig, what: string, isTrue: (record: NoteRecord) => boolean): Promise<NoteRecord> {
  for (const endMs = Date.now() + 30_000; ;) {
    const record = await current.page.evaluate(() => window.noteRecord);
    if (isTrue(record)) return record;
    if (Date.now() > endMs) throw new Error(`Waited in vain until ${what}: ${JSON.stringify(record)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function holdButton(current: Rig, durationMs: number): Promise<void> {
  await current.page.hover('#talk');
  await current.page.mouse.down();
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  await current.page.mouse.up();
}

async function readTap(current: Rig): Promise<Int16Array> {
  const base64 = await current.page.evaluate(() => window.readNoteTap('speaker'));
  const bytes = Buffer.from(base64, 'base64');
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Int16Array.from(floats, (value) => value * 32_768);
}

test('held, the button records the microphone; let go, the note is heard by the agent and its reply by the user', async () => {
  const { samples } = arrange([line], [300, 3_000], WIRE_RATE);
  const current = await openPage(samples);
  await holdButton(current, (line.length / WIRE_RATE) * 1_000 + 1_000);
  const record = await until(current, 'the reply was heard', ({ outcome }) => outcome !== 'running');
  expect(record.outcome, JSON.stringify(record.events)).toBe('completed');
  expect(record.events.map(({ type }) => type)).not.toContain('playbackFailed');
  await until(current, 'the microphone is released', ({ liveTracks }) => liveTracks === 0);

  const exchange = current.sandbox.ledger.connections.at(-1);
  if (exchange === undefined) throw new Error('Nothing was sent.');
  // The fake device may slip by itself when the machine is busy, twice at most; a reply that came late has silences.
  const slips = { ...LIMITS, jumps: { count: 2, direction: 'either' } } as const;
  assertSameAudio('what the agent heard', exchange.receivedPcm(), line, slips);
  const played = await resample(await readTap(current), record.sampleRate, WIRE_RATE);
  assertSameAudio('what the user heard', played, exchange.sentPcm(), {
    ...LIMITS,
    jumps: { count: 2, direction: 'later' },
  });
  expect(current.sandbox.ledger.violations.filter(({ severity }) => severity === 'fatal')).toEqual([]);
});

test('an abort while the reply is heard silences it, and the loop ends', async () => {
  const { samples } = arrange([line], [300, 3_000], WIRE_RATE);
  const current = await openPage(samples);
  await holdButton(current, (line.length / WIRE_RATE) * 1_000 + 500);
  await until(current, 'the reply is heard', ({ events }) => events.some(({ type }) => type === 'agentSpeechStarted'));
  await current.page.click('#abort');
  const { outcome } = await until(current, 'the loop has ended', ({ abortMs }) => !Number.isNaN(abortMs));
  expect(outcome).toBe('note-aborted');
  const lengthAtEnd = (await readTap(current)).length;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const later = (await readTap(current)).subarray(lengthAtEnd);
  expect(later.filter((value) => Math.abs(value) > 30).length).toBe(0);
});
