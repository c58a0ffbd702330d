import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import { assertAtLeast, findSharedFile, measurePeakDb } from '@voicewire/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './harness/browser.ts';
import { openDemoPage, type DemoPage } from './harness/demoPage.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './harness/microphoneFile.ts';
import { buildPage, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';
import { openedResources } from './harness/resources.ts';

/** For looking at; not in git. */
const SCREENSHOTS = fileURLToPath(new URL('../.screenshots/', import.meta.url));
/** A turn after the greeting, which lasts some 4 s, and one after the answer, which lasts some 7 s. */
const TURNS = [
  { startMs: 7000, durationMs: 1600 },
  { startMs: 19_000, durationMs: 1200 },
];
/** A greeting or an answer begins within seconds; the machine may be busy. */
const SPEECH_LIMIT_MS = 30_000;

let sandbox: RunningSandbox;
let build: PageBuild;
let server: PageServer;
let microphone: MicrophoneFile;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7 });
  build = await buildPage();
  server = await startPreview(build, sandbox.endpoints.voiceApi);
  microphone = await writeMicrophoneFile(TURNS);
  await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(async () => {
  await server?.close();
  await build?.remove();
  await sandbox?.close();
  await microphone?.remove();
});

describe('The page in conversation', () => {
  test('one press connects; the agent greets, hears two turns, answers both; hanging up leaves nothing open', async () => {
    await using browser = await launchBrowser({ file: microphone.path });
    await using demo = await openDemoPage(browser, `${server.url}?mic=raw&debug`);
    await demo.connect();
    await waitForAgentSpeech(demo, 1);
    await expect.poll(() => newestConnection().utterances.length, { timeout: SPEECH_LIMIT_MS }).toBe(1);
    await waitForAgentSpeech(demo, 2);
    await expect.poll(() => newestConnection().utterances.length, { timeout: SPEECH_LIMIT_MS }).toBe(2);
    await waitForAgentSpeech(demo, 3);
    await waitForAgentAudio(2000);
    await takeScreenshots(demo);
    expect(await demo.page.locator('#figure-connect').textContent()).toMatch(/^\d+(\.\d)? ms$/);
    expect(await demo.page.locator('#figure-wire').textContent()).toMatch(/^[\d.]+ \/ [\d.]+ ms$/);
    await demo.hangUp();
    await demo.expectNothingHeld();

    expect(await openedResources(demo.page)).toEqual({ tracks: 1, contexts: 1, sockets: 1 });
    const played = await demo.page.evaluate(() => Array.from(window.voicewire?.takeRecording().samples ?? []));
    assertAtLeast('Peak of what went to the speakers', measurePeakDb(Float32Array.from(played)), -20, 'dB');
    const { violations, close } = newestConnection();
    expect(violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(close).toMatchObject({ code: 1000 });
    expect(await demo.logged('disconnected')).toEqual(['user']);
    expect(await demo.logged('error')).toEqual([]);
    expect(demo.complaints).toEqual([]);
  });

  test('recorded speech is heard as two turns and answered', async (context) => {
    const file = findSharedFile('data/e2e/fakemic_two_turns_48k.wav');
    if (file === null) return context.skip('the shared recordings are not there');
    await using browser = await launchBrowser({ file });
    await using demo = await openDemoPage(browser, `${server.url}?mic=raw`);
    await demo.connect();
    await expect.poll(() => newestConnection().utterances.length, { timeout: SPEECH_LIMIT_MS }).toBe(2);
    const spokenBefore = (await demo.logged('agentSpeechStarted')).length;
    await waitForAgentSpeech(demo, spokenBefore + 1);
    await demo.hangUp();
    await demo.expectNothingHeld();
  });

  test('a muted microphone is silence to the agent, and a second call in the same page works', async () => {
    await using browser = await launchBrowser({ file: microphone.path });
    await using demo = await openDemoPage(browser, `${server.url}?mic=raw`);
    await demo.muteButton.click();
    await demo.connect();
    await waitForAgentSpeech(demo, 1);
    // The first turn is over at 8.6 s after the microphone opened.
    await expect
      .poll(() => newestConnection().counters.audioSamplesIn, { timeout: SPEECH_LIMIT_MS })
      .toBeGreaterThan(16_000 * 9.5);
    expect(newestConnection().utterances).toEqual([]);
    expect(newestConnection().counters.audioPeakDb).toBeLessThan(-90);
    await demo.hangUp();
    await demo.muteButton.click();
    await demo.connect();
    await expect.poll(() => newestConnection().utterances.length, { timeout: SPEECH_LIMIT_MS }).toBe(1);
    await demo.hangUp();
    await demo.expectNothingHeld();
    expect(await openedResources(demo.page)).toEqual({ tracks: 2, contexts: 2, sockets: 2 });
  });
});

function newestConnection() {
  const connection = sandbox.ledger.connections.at(-1);
  if (connection === undefined) throw new Error('The sandbox saw no connection.');
  return connection;
}

/** Waits until the page has heard the agent begin to speak `count` times. */
async function waitForAgentSpeech(demo: DemoPage, count: number): Promise<void> {
  const started = () => demo.logged('agentSpeechStarted');
  await expect.poll(async () => (await started()).length, { timeout: SPEECH_LIMIT_MS }).toBeGreaterThanOrEqual(count);
}

/** Waits until the sandbox has sent this much more agent audio: the agent is in mid-sentence then. */
async function waitForAgentAudio(durationMs: number): Promise<void> {
  const sentSamples = () => newestConnection().counters.audioSamplesOut;
  const wantedSamples = sentSamples() + (durationMs * 16_000) / 1000;
  await expect.poll(sentSamples, { timeout: SPEECH_LIMIT_MS }).toBeGreaterThan(wantedSamples);
}

async function takeScreenshots({ page }: DemoPage): Promise<void> {
  await page.mouse.move(0, 0);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: `${SCREENSHOTS}light.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: `${SCREENSHOTS}dark.png`, fullPage: true });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.screenshot({ path: `${SCREENSHOTS}narrow-dark.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: `${SCREENSHOTS}narrow-light.png`, fullPage: true });
}
