import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './harness/browser.ts';
import { measureTextContrast } from './harness/contrast.ts';
import { openDemoPage, type DemoPage } from './harness/demoPage.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './harness/microphoneFile.ts';
import { buildPage, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';
import { openedResources } from './harness/resources.ts';

/** For looking at; not in git. */
const SCREENSHOTS = fileURLToPath(new URL('../.screenshots/', import.meta.url));
/** The machine may be busy. */
const REPLY_LIMIT_MS = 30_000;
/** What the microphone plays; the button is pressed again after it. */
const SPEECH = { startMs: 300, durationMs: 1_200 };
const MIN_CONTRAST_RATIO = 4.5;
const MIN_TARGET_PX = 24;

let build: PageBuild;
let server: PageServer;
let microphone: MicrophoneFile;
let browser: Browser;

beforeAll(async () => {
  build = await buildPage();
  server = await startPreview(build, null);
  microphone = await writeMicrophoneFile([SPEECH]);
  browser = await launchBrowser({ file: microphone.path });
  await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await build?.remove();
  await microphone?.remove();
});

/** The page with Amigo chosen. */
async function openNotes(query = '?mic=raw'): Promise<DemoPage & AsyncDisposable> {
  const demo = await openDemoPage(browser, `${server.url}${query}`);
  await expect.poll(() => demo.page.locator('#agent option').count()).toBe(3);
  expect(await demo.page.locator('#notes').isVisible()).toBe(false);
  await demo.page.locator('#agent').selectOption('amigo');
  await demo.page.locator('#notes').waitFor({ state: 'visible' });
  return demo;
}

async function expectNoteStatus(page: Page, status: string): Promise<void> {
  await expect.poll(() => page.locator('#note-status').textContent(), { timeout: REPLY_LIMIT_MS }).toBe(status);
}

async function writeNote(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Or write it' }).fill(text);
  await page.keyboard.press('Enter');
}

describe('A voice note to Amigo', () => {
  test('is recorded, sent and answered; the reply is shown and heard; the page never has the user’s token', async () => {
    await using demo = await openNotes('?mic=raw&debug');
    const { page } = demo;
    const authorizations: string[] = [];
    const origins = new Set<string>();
    page.on('request', (request) => {
      origins.add(new URL(request.url()).origin);
      const { authorization } = request.headers();
      if (authorization !== undefined) authorizations.push(authorization);
    });
    await demo.press('Record a note');
    await page.waitForTimeout(SPEECH.startMs + SPEECH.durationMs + 500);
    expect(await page.locator('#microphone-value').textContent()).toMatch(/dB|silent/);
    await demo.press('Stop and send');
    await expectNoteStatus(page, 'Answered.');
    expect(await page.locator('#note-heard').textContent()).not.toBe('');
    const reply = (await page.locator('#note-reply').textContent()) ?? '';
    expect(reply).not.toBe('');
    expect((await demo.logged('agentText')).join('')).toContain('agent: ');
    expect(await demo.logged('turnCompleted')).toEqual([reply]);
    for (const name of ['uploadStarted', 'transcript', 'agentSpeechStarted', 'agentSpeechEnded', 'noteCompleted']) {
      expect((await demo.logged(name)).length, name).toBeGreaterThan(0);
    }
    const loudest = await page.evaluate(() =>
      (window.voicewire?.takeRecording().samples ?? new Float32Array()).reduce(
        (peak, value) => Math.max(peak, Math.abs(value)),
        0,
      ),
    );
    expect(loudest).toBeGreaterThan(0.05);
    expect([...origins]).toEqual([new URL(server.url).origin]);
    // The user's token is a JWT.
    expect(authorizations.length).toBeGreaterThan(0);
    expect(authorizations.filter((value) => !/^Bearer [\w-]{32}$/.test(value))).toEqual([]);
    expect(await page.content()).not.toContain('demo-key');
    await page.screenshot({ path: `${SCREENSHOTS}notes.png`, fullPage: true });
    expect((await openedResources(page)).tracks).toBe(1);
    await demo.expectNothingHeld();
    expect(demo.complaints).toEqual([]);
  });

  test('can be written, and another follows in the same conversation', async () => {
    await using demo = await openNotes();
    const { page } = demo;
    for (const text of ['hello there', 'what else?']) {
      await writeNote(page, text);
      await expect.poll(() => page.locator('#note-heard').textContent(), { timeout: REPLY_LIMIT_MS }).toBe(text);
      await expectNoteStatus(page, 'Answered.');
      expect(await page.locator('#note-reply').textContent()).not.toBe('');
    }
    expect((await demo.logged('agentSpeechStarted')).length).toBeGreaterThanOrEqual(2);
    expect((await openedResources(page)).tracks).toBe(0);
    await demo.expectNothingHeld();
    expect(demo.complaints).toEqual([]);
  });

  test('that fails says why, with the code, and is sent again only by hand', async () => {
    await using demo = await openNotes('?fault=no-complete');
    const { page } = demo;
    await writeNote(page, 'hello there');
    await page.locator('#note-problem').waitFor({ state: 'visible', timeout: REPLY_LIMIT_MS });
    expect(await page.locator('#note-problem-code').textContent()).toBe('closed-by-server');
    expect(await page.locator('#note-status').textContent()).toBe('Not answered.');
    expect(await demo.logged('uploadStarted')).toHaveLength(1);
    await demo.press('Send again');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('note-record');
    expect(await page.locator('#note-problem').isVisible()).toBe(false);
    await page.locator('#note-problem').waitFor({ state: 'visible', timeout: REPLY_LIMIT_MS });
    expect(await demo.logged('uploadStarted')).toHaveLength(2);
    await demo.expectNothingHeld();
  });

  test('is given up while it is recorded, and while its reply is awaited; a call ends it too', async () => {
    await using demo = await openNotes('?fault=silent');
    const { page } = demo;
    await demo.press('Record a note');
    await demo.press('Discard');
    await expectNoteStatus(page, 'Cancelled.');
    await writeNote(page, 'hello there');
    await expect.poll(() => demo.logged('uploadStarted'), { timeout: REPLY_LIMIT_MS }).toHaveLength(1);
    await demo.press('Cancel');
    await expectNoteStatus(page, 'Cancelled.');
    await demo.expectNothingHeld();
    await demo.press('Record a note');
    await demo.connect();
    await expectNoteStatus(page, 'A note can be sent when the call is over.');
    expect(await page.locator('#note-record').isDisabled()).toBe(true);
    await demo.hangUp();
    await expectNoteStatus(page, 'Cancelled.');
    await demo.expectNothingHeld();
    expect(demo.complaints).toEqual([]);
  });
});

describe('The panel', () => {
  test('works by keyboard alone, each control with a visible ring, and never loses the place', async () => {
    await using demo = await openNotes();
    const { page } = demo;
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
    await page.locator('#note-record').focus();
    for (const name of ['note-record', 'note-text', 'note-send']) {
      expect(await focused()).toBe(name);
      const ringPx = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement ?? document.body);
        return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
      });
      expect(ringPx, `ring around ${name}`).toBeGreaterThanOrEqual(2);
      await page.keyboard.press('Tab');
    }
    await page.locator('#note-record').focus();
    await page.keyboard.press('Space');
    await expectNoteStatus(page, 'Recording. Press again to send it.');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('note-discard');
    await page.keyboard.press('Enter');
    await expectNoteStatus(page, 'Cancelled.');
    expect(await focused()).toBe('note-record');
    await page.locator('#note-text').fill('hello');
    await page.locator('#note-send').focus();
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('note-text');
    await expectNoteStatus(page, 'Answered.');
  });

  test('has a contrast of 4.5 in every text of both themes, and room enough at 360 px', async () => {
    await using demo = await openNotes('?fault=no-complete');
    const { page } = demo;
    await page.setViewportSize({ width: 360, height: 640 });
    await writeNote(page, 'hello there');
    await page.locator('#note-problem').waitFor({ state: 'visible', timeout: REPLY_LIMIT_MS });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expectReadable(page);
      await page.screenshot({ path: `${SCREENSHOTS}notes-${colorScheme}-360.png`, fullPage: true });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    for (const target of await page.locator('#notes button:visible, #notes input, #notes label').all()) {
      const box = await target.boundingBox();
      const what = await target.evaluate((element) => element.id || element.textContent);
      expect(box?.height, `height of ${what}`).toBeGreaterThanOrEqual(MIN_TARGET_PX);
    }
    // During a call every control of the panel is disabled, and still to be read.
    await demo.connect();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expectReadable(page);
    }
    await demo.hangUp();
  });
});

describe('The gateway', () => {
  test('lets in nobody but the page, and carries nothing but notes', async () => {
    const post = (path: string, headers: Record<string, string> = {}, body?: Uint8Array<ArrayBuffer>) =>
      fetch(new URL(path, server.url), { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
    expect((await post('note-token', { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await fetch(new URL('note-token', server.url))).status).toBe(405);
    const access = (await (await post('note-token')).json()) as { token: string; conversationId: string };
    const path = `amigo-notes/v1/demo-org/conversation/${access.conversationId}/interact?request_format=text`;
    const headers = { Authorization: `Bearer ${access.token}`, 'Content-Type': 'multipart/form-data; boundary=x' };
    expect((await post(path, { ...headers, Origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(path, { ...headers, Authorization: 'Bearer of-nobody' })).status).toBe(401);
    expect((await post(path.replace('interact', 'finish/'), headers)).status).toBe(404);
    expect((await post('amigo-notes/v1/demo-org/user/signin_with_api_key', headers)).status).toBe(404);
    expect((await post(path, headers, new Uint8Array(2_100_000))).status).toBe(413);
  });
});

async function expectReadable(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  const texts = await measureTextContrast(page);
  expect(texts.length).toBeGreaterThan(30);
  expect(texts.filter(({ ratio }) => ratio < MIN_CONTRAST_RATIO)).toEqual([]);
}
