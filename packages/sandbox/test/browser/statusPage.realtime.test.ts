import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/node/index.ts';
import { WebSocketClient, fetchCredentials } from '../realtime/webSocketClient.ts';
import { makeUserSpeech } from '../support/rig.ts';
import { launchChromium } from './launchChromium.ts';

const IMAGE = fileURLToPath(new URL('../../../../docs/images/sandbox-status.png', import.meta.url));
/** An agent thinks and pauses: its level is not up all the time. */
const PATIENT = { timeout: 10_000 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('the status page', () => {
  test('shows a connection, its levels and its violations while they happen, and loads nothing from elsewhere', async () => {
    const sandbox = await startSandbox({ agent: 'echo', seed: 1 });
    const page = await browser.newPage({ viewport: { width: 1200, height: 620 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(sandbox.url) && !request.url().startsWith('data:')) problems.push(request.url());
    });
    await page.goto(sandbox.url);
    await page.getByText('0 open of 0 connections so far').waitFor();

    const client = new WebSocketClient(await fetchCredentials(sandbox.endpoints.voiceApi));
    await client.waitFor('agent_ready');
    await page.getByText('1 open of 1 connections so far').waitFor();
    const speaking = client.speak(makeUserSpeech(3000));
    const user = page.getByLabel('level of the user');
    await expect.poll(() => user.evaluate((meter: HTMLMeterElement) => meter.value), PATIENT).toBeGreaterThan(-40);
    client.send(new Uint8Array(639));
    await page.getByRole('cell', { name: 'C-08' }).first().waitFor();
    await page.getByRole('cell', { name: '1 fatal' }).waitFor();
    await speaking;
    await client.speak(new Int16Array(16 * 700));
    await page.getByText(/^\[\d\.\d s of speech\]$/).waitFor();
    const agent = page.getByLabel('level of the agent');
    await expect.poll(() => agent.evaluate((meter: HTMLMeterElement) => meter.value), PATIENT).toBeGreaterThan(-40);
    if (process.env['VOICEWIRE_WRITE_IMAGES'] === '1') {
      await mkdir(fileURLToPath(new URL('.', `file://${IMAGE}`)), { recursive: true });
      await page.screenshot({ path: IMAGE });
    }

    client.close();
    await page.getByText('closed 1000').waitFor();
    await sandbox.close();
    await page.getByText('The sandbox does not answer.').waitFor();
    // The page goes on asking; what the browser says of a server that is gone is no fault of the page.
    expect(problems.filter((problem) => !problem.includes('ERR_CONNECTION'))).toEqual([]);
    await page.close();
  });

  test('text from a client is never markup', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const sandbox = await startSandbox({ agent: 'echo', transcriber: { transcribe: () => markup } });
    const client = new WebSocketClient(await fetchCredentials(sandbox.endpoints.voiceApi));
    await client.waitFor('connected');
    await client.speak(makeUserSpeech(600));
    await client.speak(new Int16Array(16 * 700));
    const page = await browser.newPage();
    await page.goto(sandbox.url);
    await page.getByText(markup).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    client.close();
    await page.close();
    await sandbox.close();
  });

  test('says how many connections it does not show', async () => {
    const sandbox = await startSandbox();
    const sockets = Array.from({ length: 52 }, () => new WebSocket(sandbox.endpoints.soca.wsUrl));
    const page = await browser.newPage();
    await page.goto(sandbox.url);
    const hidden = page.locator('#hidden');
    await expect.poll(() => hidden.textContent(), PATIENT).toBe('2 more open');
    for (const socket of sockets) socket.close();
    await expect.poll(() => hidden.textContent(), PATIENT).toBe('2 more ended');
    await page.close();
    await sandbox.close();
  });

  test('at 360 px wide nothing is cut off but what scrolls in its own table', async () => {
    const sandbox = await startSandbox();
    const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
    await page.goto(sandbox.url);
    await page.getByText('0 open of 0 connections so far').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.close();
    await sandbox.close();
  });
});
