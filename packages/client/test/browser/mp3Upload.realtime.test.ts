import type { AmigoOptions } from '@voicewire/protocol/amigo';
import { assertAtLeast, findBestCorrelation } from '@voicewire/testkit';
import { afterEach, expect, test } from 'vitest';
import { signIn } from '../noteAccess.ts';
import { arrange, resample, speak } from '../speechFixture.ts';
import { collectUtterances, decodeUtterance } from '../uploadedMp3.ts';
import { createRig, type Rig } from './harness.ts';
import type { UploadRecord } from './page/mp3Upload.ts';

const WIRE_RATE = 16_000;
/** Longer than connecting takes on a busy machine. */
const SILENCE_MS = 8_000;

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

async function until(current: Rig, state: UploadRecord['state']): Promise<void> {
  for (const endMs = Date.now() + 30_000; ;) {
    const record = await current.page.evaluate(() => window.uploadRecord);
    if (record.state === state) return;
    if (record.errors.length > 0 || Date.now() > endMs) throw new Error(`Not ${state}: ${JSON.stringify(record)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('push-to-talk in MP3 through a page with a strict policy: what leaves it is what was said', async () => {
  const line = await speak('Welcome. Speak whenever you like. I answer when you stop.');
  const { samples } = arrange([line], [SILENCE_MS, 4_000], WIRE_RATE);
  const microphone = {
    sampleRate: 48_000,
    channelCount: 1,
    samples: await resample(samples, WIRE_RATE, 48_000),
  };
  const current = await createRig({ microphone, sandbox: { agent: 'echo' } });
  rig = current;
  const sent: string[] = [];
  current.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => void sent.push(String(payload))));
  await current.open();
  const requests: string[] = [];
  current.page.on('request', (request) => void requests.push(request.url()));
  await current.page.goto(new URL('/mp3Upload.html', current.page.url()).href);
  await current.page.waitForFunction(() => window.setUpUpload !== undefined);
  expect(requests.filter((url) => url.includes('mp3.wasm'))).toEqual([]);
  const { token, ...place } = await signIn(current.sandbox);
  const options: AmigoOptions = {
    ...place,
    serviceId: '65f0c2a19b7d4e0012ab34cd',
    uplinkFormat: 'mp3',
    turnMode: 'manual',
    credentials: { token },
  };
  await current.page.evaluate((given) => window.setUpUpload(given), options);
  const clickedMs = Date.now();
  await current.page.click('#connect');
  await until(current, 'connected');
  await current.page.hover('#talk');
  await current.page.mouse.down();
  const lengthMs = SILENCE_MS + (line.length / WIRE_RATE) * 1_000 + 1_500;
  await new Promise((resolve) => setTimeout(resolve, clickedMs + lengthMs - Date.now()));
  await current.page.mouse.up();
  await until(current, 'said');
  await current.page.evaluate(() => window.hangUp());

  // Sockets of the page's own tools send text too.
  const [utterance] = collectUtterances(sent.filter((text) => text.includes('client.new-audio-message')));
  if (utterance === undefined) throw new Error('No audio was sent.');
  expect([utterance.config, utterance.isEnded]).toEqual([
    { format: 'mp3', bit_rate: 128_000, sample_rate: 44_100, n_channels: 2 },
    true,
  ]);
  const heard = await decodeUtterance(utterance);
  // Half seconds by themselves: the fake device may slip when the machine is busy.
  const pieces = [0.5, 1.5, 2.5].map((at) => line.subarray(at * WIRE_RATE, (at + 0.5) * WIRE_RATE));
  const correlations = pieces
    .filter(({ length }) => length === WIRE_RATE / 2)
    .map((piece) => findBestCorrelation(piece, heard, { minOverlapSamples: piece.length }).correlation);
  assertAtLeast('pieces that were compared', correlations.length, 2, '');
  assertAtLeast('median correlation', correlations.toSorted((a, b) => a - b)[1] ?? 0, 0.9, '');
  expect(requests.filter((url) => url.startsWith('data:') || url.startsWith('blob:'))).toEqual([]);
  expect(requests.filter((url) => url.includes('mp3.wasm')).length).toBe(1);
  expect(current.sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
});
