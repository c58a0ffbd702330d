import { afterEach, expect, test } from 'vitest';
import { createRig, type Rig } from './harness.ts';

const MICROPHONE = { sampleRate: 48_000, channelCount: 1, samples: new Int16Array(96_000) };

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

test('a component in strict mode calls, draws levels without rendering, and leaves nothing behind when it goes, whether connecting or connected', async () => {
  rig = await createRig({ microphone: MICROPHONE });
  const { page, sandbox } = rig;
  await rig.openPage('react.html');
  await page.waitForFunction(() => window.app !== undefined);
  await page.click('#connect');
  await page.waitForFunction(() => document.querySelector('#status')?.textContent?.startsWith('connected speaking'));
  await page.waitForTimeout(500);
  const seen = await page.evaluate(() => ({ ...window.app.seen }));
  expect(seen.loudest).toBeGreaterThan(0.2);
  expect(seen.speechStarts).toBe(1);
  // Strict mode renders twice for each of: start, connecting, connected, listening, speaking, and pieces of text.
  expect(seen.draws).toBeGreaterThan(20);
  expect(seen.renders).toBeLessThan(40);
  expect(sandbox.ledger.connections.length).toBe(1);

  const released = { liveTracks: 0, openContexts: 0, openSockets: 0, workers: 0, listeners: 0 };
  const isReleased = (): Promise<unknown> =>
    page.evaluate(() =>
      window.app.lab.until('all is released', () => {
        const { liveTracks, openContexts, openSockets } = window.app.lab.census();
        return liveTracks + openContexts + openSockets === 0;
      }),
    );
  await page.evaluate(() => window.app.hide());
  await isReleased();
  expect(await page.evaluate(() => window.app.lab.census())).toMatchObject(released);

  // Taken away in the middle of a connect.
  await page.evaluate(() => window.app.show());
  await page.click('#connect');
  await page.evaluate(() => window.app.hide());
  await isReleased();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => window.app.lab.census())).toMatchObject(released);
});
