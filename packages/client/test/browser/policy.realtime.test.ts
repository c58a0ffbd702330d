import { createMp3Encoder } from 'wasm-media-encoders';
import { afterEach, expect, test } from 'vitest';
import { createRig, type Rig } from './harness.ts';

const MICROPHONE = {
  sampleRate: 48_000,
  channelCount: 1,
  samples: Int16Array.from({ length: 96_000 }, (_, i) => 1_000 * Math.sin(i / 20)),
};
/** What the README asks a page for, and nothing else. The sandbox's token endpoint is behind the page's own server. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws:";

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** A second of a tone, 16 kHz mono at 32 kbit/s. */
async function toneAsMp3(): Promise<string> {
  const encoder = await createMp3Encoder();
  encoder.configure({ channels: 1, sampleRate: 16_000, bitrate: 32 });
  const tone = Float32Array.from({ length: 16_000 }, (_, i) => 0.25 * Math.sin(i / 6));
  return Buffer.concat([encoder.encode([tone]).slice(), encoder.finalize().slice()]).toString('base64');
}

test('under a policy without blob:, data: and eval a call is held, MP3 is decoded, and nothing is fetched from elsewhere', async () => {
  rig = await createRig({ microphone: MICROPHONE, policy: POLICY });
  const { page, sandbox } = rig;
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== 'localhost') foreign.push(request.url());
  });
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  await rig.openLab();
  const seen = await page.evaluate(
    async (mp3) => {
      const { lab } = window;
      const audio = new lab.BrowserAudio();
      const { session, events } = lab.call({ audio });
      const problems: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => problems.push(violatedDirective));
      await session.connect();
      let decoded = 0;
      const decoder = audio.decoders.open(
        { encoding: 'mp3' },
        {
          onPcm: (pcm) => void (decoded += pcm.length),
          onFault: (fault) => void problems.push(fault.message),
        },
      );
      decoder.push(Uint8Array.from(atob(mp3), (character) => character.charCodeAt(0)));
      decoder.end();
      await lab.until('the agent speaks', () => events.some(({ name }) => name === 'agentSpeechStarted'));
      await lab.until('it is decoded', () => decoded > 14_000);
      const { framesCount } = session.stats().input;
      await session.disconnect();
      return { framesCount, problems };
    },
    await toneAsMp3(),
  );
  expect(seen.problems).toEqual([]);
  expect(violations).toEqual([]);
  expect(seen.framesCount).toBeGreaterThan(20);
  expect(foreign).toEqual([]);
  expect(sandbox.ledger.connections.length).toBe(1);
});

test('such a policy is in force: without wasm-unsafe-eval the call ends in worklet-failed', async () => {
  rig = await createRig({ microphone: MICROPHONE, policy: POLICY.replace(" 'wasm-unsafe-eval'", '') });
  await rig.openLab();
  const outcome = await rig.page.evaluate(() => window.lab.outcomeOf(window.lab.call().session.connect()));
  expect(outcome).toBe('worklet-failed');
});
