import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './harness/browser.ts';
import { openDemoPage, type DemoPage } from './harness/demoPage.ts';
import { buildPage, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';

/** As many as the page keeps. */
const MAX_ENTRIES = 500;

let build: PageBuild;
let server: PageServer;
let browser: Browser;

beforeAll(async () => {
  build = await buildPage();
  server = await startPreview(build, null);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await build?.remove();
});

/** Each press of Mute is an entry. */
async function addEntries({ muteButton }: DemoPage, count: number): Promise<void> {
  await muteButton.evaluate((button: HTMLButtonElement, times) => {
    for (let i = 0; i < times; i++) button.click();
  }, count);
}

describe('The log', () => {
  test('shows the messages of a call with the token masked, and none of its audio', async () => {
    await using demo = await openDemoPage(browser, server.url);
    await demo.connect();
    await demo.hangUp();
    const messages = await demo.logged('raw');
    expect(messages[0]).toBe('→ {"token":"[redacted]"}');
    expect(messages.slice(1, 3)).toEqual([
      expect.stringMatching(/^← \{.*"connected"/),
      expect.stringMatching(/^← \{.*"agent_ready"/),
    ]);
    expect(messages.filter((text) => text.includes('audio'))).toEqual([]);
  });

  test('keeps the newest 500 entries', async () => {
    await using demo = await openDemoPage(browser, server.url);
    await addEntries(demo, MAX_ENTRIES + 7);
    const entries = await demo.logged('microphone');
    expect(entries).toHaveLength(MAX_ENTRIES);
    // The first was "muted" and 507 is odd: the eighth, now the first, is "open".
    expect(entries[0]).toBe('open');
    expect(entries.at(-1)).toBe('muted');
  });

  test('follows its end until someone scrolls up, and again from the end on', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const log = demo.page.locator('#log');
    const distanceToEnd = () => log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
    const scrollTo = (top: number) =>
      log.evaluate(
        (list, y) =>
          new Promise<void>((resolve) => {
            list.addEventListener('scroll', () => resolve(), { once: true });
            list.scrollTop = y;
          }),
        top,
      );
    await addEntries(demo, 50);
    expect(await distanceToEnd()).toBeLessThanOrEqual(1);
    await scrollTo(0);
    await addEntries(demo, 10);
    expect(await log.evaluate((list) => list.scrollTop)).toBe(0);
    await scrollTo(1_000_000);
    await addEntries(demo, 10);
    expect(await distanceToEnd()).toBeLessThanOrEqual(1);
  });

  test('copies as lines of time, name and text; clears to its hint', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const { page } = demo;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await addEntries(demo, 2);
    await demo.press('Copy');
    await expect.poll(() => page.locator('#copy-log').textContent()).toBe('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^\d+\.\d{3}\tmicrophone\tmuted\n\d+\.\d{3}\tmicrophone\topen\n$/);
    await expect.poll(() => page.locator('#copy-log').textContent(), { timeout: 5000 }).toBe('Copy');
    await demo.press('Clear');
    expect(await demo.logged('microphone')).toEqual([]);
    expect(await page.locator('#log-empty').isVisible()).toBe(true);
  });

  test('says so when the browser does not let it copy', async () => {
    await using demo = await openDemoPage(browser, server.url);
    await demo.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
    });
    await demo.press('Copy');
    await expect.poll(() => demo.page.locator('#copy-log').textContent()).toBe('Not allowed');
  });
});
