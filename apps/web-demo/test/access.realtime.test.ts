import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './harness/browser.ts';
import { measureTextContrast } from './harness/contrast.ts';
import { openDemoPage } from './harness/demoPage.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './harness/microphoneFile.ts';
import { buildPage, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';

/** WCAG 2.2 AA: text against its background, and the side of what is pressed, in CSS pixels. */
const MIN_CONTRAST_RATIO = 4.5;
const MIN_TARGET_PX = 24;
/** The greeting begins within a second; the machine may be busy. */
const SPEECH_LIMIT_MS = 15_000;

let build: PageBuild;
let server: PageServer;
let browser: Browser;
let microphone: MicrophoneFile;

beforeAll(async () => {
  build = await buildPage();
  server = await startPreview(build, null);
  microphone = await writeMicrophoneFile([]);
  browser = await launchBrowser({ file: microphone.path });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await build?.remove();
  await microphone?.remove();
});

describe('By keyboard alone', () => {
  test('Tab visits every control in reading order, each with a visible ring', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const { page } = demo;
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('agent');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('summary');
    await page.keyboard.press('Enter');
    const order = ['agent', 'call', 'mute', 'summary', 'echo-cancellation', 'noise-suppression', 'auto-gain-control'];
    order.push('volume', 'shortcuts', 'copy-log', 'clear-log', 'log');
    await page.locator('#agent').focus();
    for (const name of order) {
      expect(await focusedName(page)).toBe(name);
      expect(await focusRingPx(page), `ring around ${name}`).toBeGreaterThanOrEqual(2);
      await page.keyboard.press('Tab');
    }
  });

  test('Space connects, M mutes and opens again, Space hangs up', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const { keyboard } = demo.page;
    await keyboard.press('Space');
    await demo.waitForStatus(/^Connected/);
    await keyboard.press('m');
    expect(await demo.muteButton.getAttribute('aria-pressed')).toBe('true');
    expect(await demo.page.locator('#microphone-value').textContent()).not.toMatch(/dB/);
    await keyboard.press('M');
    expect(await demo.muteButton.getAttribute('aria-pressed')).toBe('false');
    await keyboard.press('Space');
    await demo.waitForStatus(/^You hung up/);
    await demo.expectNothingHeld();
  });

  test('a focused control keeps its own keys: Space on Mute mutes, Space on a checkbox ticks', async () => {
    await using demo = await openDemoPage(browser, server.url);
    await demo.muteButton.focus();
    await demo.page.keyboard.press('Space');
    expect(await demo.muteButton.getAttribute('aria-pressed')).toBe('true');
    await demo.page.locator('summary').click();
    await demo.page.locator('#noise-suppression').focus();
    await demo.page.keyboard.press('Space');
    expect(await demo.page.locator('#noise-suppression').isChecked()).toBe(false);
    expect(await demo.status.textContent()).toBe('Ready when you are.');
  });

  test('shortcuts can be switched off, and chords of the browser are never taken', async () => {
    await using demo = await openDemoPage(browser, server.url);
    await demo.page.keyboard.press('Control+m');
    expect(await demo.muteButton.getAttribute('aria-pressed')).toBe('false');
    await demo.page.locator('summary').click();
    await demo.page.locator('#shortcuts').uncheck();
    await demo.page.locator('h1').click();
    await demo.page.keyboard.press('m');
    await demo.page.keyboard.press('Space');
    expect(await demo.muteButton.getAttribute('aria-pressed')).toBe('false');
    expect(await demo.status.textContent()).toBe('Ready when you are.');
  });

  test('trying again leaves the focus on the big button', async () => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=upgrade-refused`);
    await demo.callButton.focus();
    await demo.page.keyboard.press('Enter');
    await demo.expectProblem('connect-failed');
    await demo.retryButton.focus();
    await demo.page.keyboard.press('Enter');
    expect(await focusedName(demo.page)).toBe('call');
    await demo.expectProblem('connect-failed');
  });
});

describe('For assistive technology', () => {
  test('buttons, meters, options and log have their roles and names', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const { page } = demo;
    await page.locator('summary').click();
    for (const name of ['Connect', 'Mute', 'Copy', 'Clear']) await expectOne(page, 'button', name);
    for (const name of ['You', 'Agent']) await expectOne(page, 'meter', name);
    for (const name of ['Echo cancellation', 'Noise suppression', 'Automatic gain', 'Keyboard shortcuts']) {
      await expectOne(page, 'checkbox', name);
    }
    for (const name of ['Agent', 'Microphone', 'Loudspeaker']) await expectOne(page, 'combobox', name);
    await expectOne(page, 'slider', 'Agent volume');
    await expectOne(page, 'list', 'Events');
    await expectOne(page, 'heading', 'Talk to an agent');
    expect(await page.getByRole('img', { name: /Who spoke when/ }).count()).toBe(1);
    expect(await page.getByRole('status').getAttribute('aria-live')).toBe('polite');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('meters tell their level in a call, and rest at 0 after it', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const meter = demo.page.getByRole('meter', { name: 'Agent' });
    await demo.connect();
    await expect.poll(() => meter.getAttribute('aria-valuetext'), { timeout: SPEECH_LIMIT_MS }).toMatch(/^−\d+ dB$/);
    expect(Number(await meter.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
    await demo.hangUp();
    expect(await meter.getAttribute('aria-valuenow')).toBe('0');
    expect(await meter.getAttribute('aria-valuetext')).toBe('silent');
  });

  test.each(['light', 'dark'] as const)('every text of the %s theme has a contrast of 4.5', async (colorScheme) => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=late-error`);
    const { page } = demo;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator('summary').click();
    await page.mouse.move(0, 0);
    await expectReadable(page);
    await demo.muteButton.click();
    await demo.connect();
    // A notice, a pressed button, disabled options and a full log.
    await demo.expectProblem('vendor-error');
    await page.mouse.move(0, 0);
    await expectReadable(page);
    await demo.hangUp();
    await page.goto(`${server.url}?fault=upgrade-refused`);
    await demo.press('Connect');
    await demo.expectProblem('connect-failed');
    await expectReadable(page);
  });

  test('with reduced motion a meter steps at most 5 times a second; without, it glides', async () => {
    await using demo = await openDemoPage(browser, server.url);
    await demo.page.emulateMedia({ reducedMotion: 'reduce' });
    await demo.connect();
    await expect.poll(() => demo.logged('agentSpeechStarted'), { timeout: SPEECH_LIMIT_MS }).toHaveLength(1);
    expect(await countMeterSteps(demo.page, 1000)).toBeLessThanOrEqual(5);
    await demo.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await countMeterSteps(demo.page, 1000)).toBeGreaterThan(10);
    await demo.hangUp();
  });
});

describe('At a width of 360 px', () => {
  test('nothing is wider than the page, and everything that is pressed is 24 px or more', async () => {
    await using demo = await openDemoPage(browser, server.url);
    const { page } = demo;
    await page.setViewportSize({ width: 360, height: 640 });
    await page.locator('summary').click();
    await demo.connect();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    for (const target of await page
      .locator('button:visible, select:visible, summary, label:visible, input[type=range]')
      .all()) {
      const box = await target.boundingBox();
      const what = await target.evaluate((element) => element.id || element.textContent);
      // A slider's thumb is the browser's; its row is what a finger meets.
      if ((await target.getAttribute('type')) === 'range') continue;
      expect(box?.height, `height of ${what}`).toBeGreaterThanOrEqual(MIN_TARGET_PX);
    }
    await demo.hangUp();
  });
});

async function expectOne(page: Page, role: Parameters<Page['getByRole']>[0], name: string): Promise<void> {
  expect(await page.getByRole(role, { name, exact: true }).count(), `${role} "${name}"`).toBe(1);
}

async function expectReadable(page: Page): Promise<void> {
  const texts = await measureTextContrast(page);
  expect(texts.length).toBeGreaterThan(30);
  expect(texts.filter(({ ratio }) => ratio < MIN_CONTRAST_RATIO)).toEqual([]);
}

function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.id || (activeElement?.localName ?? '');
  });
}

/** Width of the outline around what has the focus, in CSS pixels; 0 without one. */
function focusRingPx(page: Page): Promise<number> {
  return page.evaluate(() => {
    const style = getComputedStyle(document.activeElement ?? document.body);
    return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
  });
}

/** How often the agent's bar moves within `durationMs`. */
function countMeterSteps(page: Page, durationMs: number): Promise<number> {
  return page.locator('#agent-meter').evaluate(
    (bar, limitMs) =>
      new Promise<number>((resolve) => {
        let stepCount = 0;
        let level = bar.getAttribute('style');
        const observer = new MutationObserver(() => {
          if (bar.getAttribute('style') !== level) stepCount += 1;
          level = bar.getAttribute('style');
        });
        observer.observe(bar, { attributeFilter: ['style'] });
        setTimeout(() => {
          observer.disconnect();
          resolve(stepCount);
        }, limitMs);
      }),
    durationMs,
  );
}
