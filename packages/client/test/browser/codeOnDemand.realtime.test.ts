import { afterEach, describe, expect, test } from 'vitest';
import { createRig, type Rig } from './harness.ts';

const MICROPHONE = {
  sampleRate: 48_000,
  channelCount: 1,
  samples: Int16Array.from({ length: 96_000 }, (_, i) => 1_000 * Math.sin(i / 20)),
};
/** What a page asks for with its first `connect()`, beside the worklets. */
const ON_DEMAND = ['callParts.js', 'audioGraph.js'];
const NOTHING_OPEN = { liveTracks: 0, openContexts: 0, openSockets: 0, timers: 0, listeners: 0 };

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

async function openLab(): Promise<Rig> {
  rig = await createRig({ microphone: MICROPHONE });
  await rig.openLab();
  return rig;
}

/** Connects the page's one session, and tells how that ended. */
const connect = ({ page }: Rig): Promise<string> =>
  page.evaluate(() => {
    window.calls[0] ??= window.lab.call();
    return window.lab.outcomeOf(window.calls[0].session.connect());
  });

test('neither the import nor a session loads the code of a call; connect() does, from where the page is', async () => {
  const current = await openLab();
  const addresses: URL[] = [];
  current.page.on('request', (request) => addresses.push(new URL(request.url())));
  await current.page.evaluate(() => void window.calls.push(window.lab.call()));
  await current.page.waitForTimeout(300);
  expect(ON_DEMAND.filter((name) => current.loadedFiles.has(name))).toEqual([]);
  expect(addresses).toEqual([]);
  expect(await connect(current)).toBe('ok');
  expect(ON_DEMAND.filter((name) => !current.loadedFiles.has(name))).toEqual([]);
  expect(new Set(addresses.filter(({ protocol }) => protocol === 'http:').map(({ origin }) => origin))).toEqual(
    new Set([new URL(current.page.url()).origin]),
  );
});

describe.each(ON_DEMAND)('%s', (name) => {
  test('that does not come ends connect() in code-load-failed, and nothing stays open; the next connect() asks again', async () => {
    const current = await openLab();
    const { page } = current;
    await page.route(`**/${name}*`, (route) => route.abort());
    expect(await connect(current)).toBe('code-load-failed');
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(NOTHING_OPEN);
    expect(await page.evaluate(() => window.calls[0]?.session.status)).toBe('failed');
    expect(current.sandbox.ledger.connectionCount).toBe(0);
    // Browsers of before 2026 remember a module that has failed until the page is reloaded (whatwg/html, pull request 10327).
    await page.unroute(`**/${name}*`);
    expect(await connect(current)).toBe('ok');
  });

  test('that comes late loses to disconnect(), and the next connect() wins', async () => {
    const current = await openLab();
    const { page } = current;
    let deliver = (): void => {};
    const isHeld = new Promise<void>((resolve) => {
      deliver = resolve;
    });
    await page.route(`**/${name}*`, async (route) => {
      await isHeld;
      await route.continue();
    });
    const outcome = await page.evaluate(async () => {
      const { lab, calls } = window;
      const call = lab.call();
      calls.push(call);
      const connected = lab.outcomeOf(call.session.connect());
      await lab.until('the microphone is open', () => lab.census().liveTracks === 1);
      await lab.wait(200);
      const { status } = call.session;
      await call.session.disconnect();
      return { status, connected: await connected, census: lab.census() };
    });
    expect(outcome).toMatchObject({ status: 'connecting', connected: 'connect-aborted', census: NOTHING_OPEN });
    deliver();
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(NOTHING_OPEN);
    expect(current.sandbox.ledger.connectionCount).toBe(0);
    expect(await connect(current)).toBe('ok');
  });
});
