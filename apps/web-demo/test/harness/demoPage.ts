// This file is the page as a test sees it: opened, pressed, and read by what a person would see.
import { expect } from 'vitest';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { heldResources, NOTHING_HELD, watchResources } from './resources.ts';

/** A call connects within some hundred ms; a busy machine gets more. */
const CONNECT_LIMIT_MS = 15_000;
/** The longest wait that the page itself has, for a server that never answers, is 10 s. */
const FAILURE_LIMIT_MS = 20_000;
const RELEASE_LIMIT_MS = 5000;

export class DemoPage {
  readonly callButton: Locator;
  readonly muteButton: Locator;
  readonly status: Locator;
  readonly problemCode: Locator;
  readonly retryButton: Locator;

  /** @param complaints What the browser's console said at the levels of warning and error, and uncaught exceptions. */
  constructor(
    readonly page: Page,
    readonly complaints: readonly string[],
  ) {
    this.callButton = page.locator('#call');
    this.muteButton = page.locator('#mute');
    this.status = page.locator('#status');
    this.problemCode = page.locator('#problem-code');
    this.retryButton = page.locator('#retry');
  }

  /** Presses the big button when it offers to connect, and waits until the agent listens. */
  async connect(): Promise<void> {
    await this.press('Connect');
    await this.waitForStatus(/^Connected/, CONNECT_LIMIT_MS);
  }

  async hangUp(): Promise<void> {
    await this.press('Hang up');
    await this.waitForStatus(/^You hung up/, RELEASE_LIMIT_MS);
  }

  async press(label: string): Promise<void> {
    await this.page.getByRole('button', { name: label, exact: true }).click();
  }

  async waitForStatus(wanted: RegExp, limitMs = CONNECT_LIMIT_MS): Promise<void> {
    await expect.poll(() => this.status.textContent(), { timeout: limitMs }).toMatch(wanted);
  }

  /** Waits for a problem to be shown. */
  async expectProblem(code: string): Promise<void> {
    await this.page.locator('#problem').waitFor({ state: 'visible', timeout: FAILURE_LIMIT_MS });
    expect(await this.problemCode.textContent()).toBe(code);
  }

  /** Texts of the log's entries of one event, oldest first. */
  logged(event: string): Promise<string[]> {
    return this.page.locator(`#log li[data-event="${event}"] .log-text`).allTextContents();
  }

  async expectNothingHeld(): Promise<void> {
    await expect.poll(() => heldResources(this.page), { timeout: RELEASE_LIMIT_MS }).toEqual(NOTHING_HELD);
  }
}

/** A page in a profile of its own, so that no permission and no cache is shared; closed with its context. */
export async function openDemoPage(browser: Browser, url: string): Promise<DemoPage & AsyncDisposable> {
  const context = await browser.newContext({ viewport: { width: 800, height: 1100 } });
  await watchResources(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return Object.assign(new DemoPage(page, complaints), { [Symbol.asyncDispose]: () => close(context) });
}

async function close(context: BrowserContext): Promise<void> {
  await context.close();
}
