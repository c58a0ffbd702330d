import { afterEach, expect, test } from 'vitest';
import { createRig, type Rig } from './harness.ts';
import type { PageRecord } from './page/main.ts';

/** Four seconds of a quiet tone: this test needs a microphone, not speech. */
const MICROPHONE = {
  sampleRate: 48_000,
  channelCount: 1,
  samples: Int16Array.from({ length: 192_000 }, (_, i) => 1_000 * Math.sin(i / 20)),
};

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

const statusesOf = ({ events }: PageRecord): unknown[] =>
  events.filter(({ name }) => name === 'statusChanged').map(({ event }) => (event as { status: string }).status);

test('a page that goes away says so, is connected again when it comes back, and leaves nothing open when it is closed', async () => {
  rig = await createRig({ microphone: MICROPHONE });
  const { page, sandbox, until } = rig;
  await rig.open();
  await page.click('#connect');
  await until('connected', ({ connect }) => connect[0]?.outcome === 'connected');

  // What a browser does when it keeps the page to show it again; a page with a microphone it keeps only in this way.
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await until('gone', (record) => statusesOf(record).at(-1) === 'reconnecting');
  await expect.poll(() => sandbox.ledger.connections[0]?.close?.code).toBe(1000);
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await until('back', (record) => statusesOf(record).at(-1) === 'connected');

  // A network that is said to be gone, and to be back, ends no connection that lives.
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  expect(statusesOf(await rig.record())).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);

  await page.goto('about:blank');
  await expect.poll(() => sandbox.ledger.connections[1]?.close?.code, { timeout: 5_000 }).toBe(1000);
  expect(sandbox.ledger.connectionCount).toBe(2);
});
