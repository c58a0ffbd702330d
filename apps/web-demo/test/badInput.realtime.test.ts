import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, type MicrophoneSetup } from './harness/browser.ts';
import { findClosedPort } from './harness/closedPort.ts';
import { openDemoPage, type DemoPage } from './harness/demoPage.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './harness/microphoneFile.ts';
import { buildPage, startPreview, type PageBuild, type PageServer } from './harness/pageServer.ts';
import { openedResources } from './harness/resources.ts';

let build: PageBuild;
/** Serves the page with the embedded sandbox, which misbehaves on `?fault=`. */
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

/** Fails to connect, says why, and holds nothing afterwards. */
async function expectFailedCall(demo: DemoPage, code: string, canRetry: boolean): Promise<void> {
  await demo.press('Connect');
  await demo.expectProblem(code);
  expect(await demo.retryButton.isVisible()).toBe(canRetry);
  expect(await demo.status.textContent()).toBe('Not connected.');
  expect(await demo.callButton.textContent()).toMatch(/Connect/);
  await demo.expectNothingHeld();
}

describe('A server that refuses', () => {
  let sandbox: RunningSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox?.close());

  test.each([
    { what: 'a wrong key', apiKey: 'wrong-key', code: 'credentials-rejected' },
    { what: 'a disabled key', apiKey: 'disabled-key', code: 'credentials-forbidden' },
  ])('$what is $code, and trying again is not offered', async ({ apiKey, code }) => {
    const refused = await startPreview(build, { apiUrl: sandbox.endpoints.voiceApi.apiUrl, apiKey });
    try {
      await using demo = await openDemoPage(browser, refused.url);
      await expectFailedCall(demo, code, false);
      expect(await openedResources(demo.page)).toMatchObject({ tracks: 1, contexts: 1, sockets: 0 });
      expect(await demo.page.locator('#problem').textContent()).not.toContain(apiKey);
    } finally {
      await refused.close();
    }
  });

  test('a dead server is credentials-unavailable, with a button to try again', async () => {
    const dead = await startPreview(build, { apiUrl: `http://127.0.0.1:${await findClosedPort()}`, apiKey: 'any' });
    try {
      await using demo = await openDemoPage(browser, dead.url);
      await expectFailedCall(demo, 'credentials-unavailable', true);
      await demo.retryButton.click();
      await demo.expectProblem('credentials-unavailable');
      await demo.expectNothingHeld();
    } finally {
      await dead.close();
    }
  });
});

describe('A server that misbehaves while connecting', () => {
  test.each([
    { fault: 'token-error', code: 'credentials-unavailable', canRetry: true },
    { fault: 'token-malformed', code: 'credentials-unavailable', canRetry: true },
    { fault: 'upgrade-refused', code: 'connect-failed', canRetry: true },
    { fault: 'auth-failed', code: 'auth-failed', canRetry: true },
    { fault: 'never-connected', code: 'accept-timeout', canRetry: true },
    { fault: 'setup-failed', code: 'session-setup-failed', canRetry: true },
  ])('$fault is $code', async ({ fault, code, canRetry }) => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=${fault}`);
    await expectFailedCall(demo, code, canRetry);
    expect(await openedResources(demo.page)).toMatchObject({ tracks: 1, contexts: 1 });
  });

  test('pressing Cancel while it keeps the page waiting ends the call without a complaint', async () => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=never-connected`);
    await demo.press('Connect');
    await expect.poll(async () => (await openedResources(demo.page)).sockets).toBe(1);
    await demo.press('Cancel');
    await demo.waitForStatus(/^You hung up/);
    expect(await demo.page.locator('#problem').isVisible()).toBe(false);
    await demo.expectNothingHeld();
  });
});

describe('A server that misbehaves in mid-call', () => {
  test.each([
    { fault: 'non-json-text', code: 'malformed-message' },
    { fault: 'odd-frames', code: 'odd-audio-length' },
    { fault: 'late-error', code: 'vendor-error' },
  ])('$fault is a notice with $code, and the call goes on', async ({ fault, code }) => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=${fault}`);
    await demo.connect();
    await demo.expectProblem(code);
    expect(await demo.page.locator('#problem').getAttribute('data-kind')).toBe('notice');
    expect(await demo.retryButton.isVisible()).toBe(false);
    expect(await demo.status.textContent()).toMatch(/^Connected/);
    await demo.hangUp();
    await demo.expectNothingHeld();
  });

  test('a broken connection is said, comes back by itself, and is no problem to solve', async () => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=dropped`);
    await demo.connect();
    await expect
      .poll(() => demo.logged('statusChanged'), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['connected → reconnecting', 'reconnecting → connected']));
    expect(await demo.page.locator('#problem').isVisible()).toBe(false);
    await demo.hangUp();
    await demo.expectNothingHeld();
    expect(await demo.logged('disconnected')).toEqual(['user']);
  });

  test('a session that ends for an unknown reason ends the call, says so, and is no problem', async () => {
    await using demo = await openDemoPage(browser, `${server.url}?fault=unknown-end-reason`);
    await demo.connect();
    await demo.waitForStatus(/reason this page does not know/);
    expect(await demo.page.locator('#problem').isVisible()).toBe(false);
    expect(await demo.logged('disconnected')).toEqual(['unknown (unplugged)']);
    await demo.expectNothingHeld();
  });
});

describe('A machine that will not', () => {
  test.each<{ what: string; microphone: MicrophoneSetup; code: string; canRetry: boolean }>([
    { what: 'a denied microphone', microphone: { fault: 'denied' }, code: 'microphone-denied', canRetry: false },
    { what: 'no microphone', microphone: { fault: 'missing' }, code: 'microphone-not-found', canRetry: true },
  ])('$what is $code', async ({ microphone, code, canRetry }) => {
    await using mute = await launchBrowser(microphone);
    await using demo = await openDemoPage(mute, server.url);
    await expectFailedCall(demo, code, canRetry);
  });

  test('an audio context at 12,345 Hz is unsupported-sample-rate', async () => {
    await using demo = await openDemoPage(browser, `${server.url}?debug&contextRate=12345`);
    await demo.press('Connect');
    await demo.expectProblem('unsupported-sample-rate');
    // The context was handed to the client, so it is not the client's to close.
    await demo.page.evaluate(() => window.voicewire?.context?.close());
    await demo.expectNothingHeld();
    expect(await openedResources(demo.page)).toMatchObject({ tracks: 1, contexts: 1, sockets: 0 });
  });
});
