import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './harness/browser.ts';
import { openDemoPage } from './harness/demoPage.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './harness/microphoneFile.ts';
import { buildPage, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';

/** For looking at; not in git. */
const SCREENSHOTS = fileURLToPath(new URL('../.screenshots/', import.meta.url));
/** The machine may be busy. */
const SPEECH_LIMIT_MS = 20_000;

let build: PageBuild;
let server: PageServer;
let microphone: MicrophoneFile;

beforeAll(async () => {
  build = await buildPage();
  server = await startPreview(build, null);
  microphone = await writeMicrophoneFile([]);
  await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(async () => {
  await server?.close();
  await build?.remove();
  await microphone?.remove();
});

test.each([
  { vendor: 'amigo', canRead: true },
  { vendor: 'soca', canRead: false },
])(
  '$vendor through the relay: greets, is cut off, reads what is written if it can, and can be called again',
  async ({ vendor, canRead }) => {
    await using browser = await launchBrowser({ file: microphone.path });
    await using demo = await openDemoPage(browser, `${server.url}?mic=raw`);
    const { page } = demo;
    await expect.poll(() => page.locator('#agent option').count()).toBe(3);
    await page.locator('#agent').selectOption(vendor);
    await demo.connect();
    const speechCount = async (): Promise<number> => (await demo.logged('agentSpeechStarted')).length;
    await expect.poll(speechCount, { timeout: SPEECH_LIMIT_MS }).toBe(1);
    await page.getByRole('button', { name: 'Interrupt', exact: true }).click();
    // Soca's server confirms an interruption, which is another.
    await expect.poll(() => demo.logged('interrupted')).not.toEqual([]);
    expect(await page.locator('#writing').isVisible()).toBe(canRead);
    if (canRead) {
      await page.getByRole('textbox', { name: 'Say it in writing' }).fill('hello there');
      await page.keyboard.press('Enter');
      await expect.poll(speechCount, { timeout: SPEECH_LIMIT_MS }).toBe(2);
      expect(await demo.logged('written')).toEqual(['hello there']);
    }
    await page.locator('summary').click();
    expect(await page.locator('#input-device').isEnabled()).toBe(true);
    await page.screenshot({ path: `${SCREENSHOTS}${vendor}.png`, fullPage: true });
    await demo.hangUp();
    // Amigo keeps a conversation that was only left, and refuses the next one.
    await demo.connect();
    await demo.hangUp();
    await demo.expectNothingHeld();
    expect(await demo.logged('error')).toEqual([]);
    expect(demo.complaints).toEqual([]);
    expect(await page.content()).not.toContain('demo-key');
  },
);
