import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRig, type Rig } from './harness.ts';

const MICROPHONE = {
  sampleRate: 48_000,
  channelCount: 1,
  samples: Int16Array.from({ length: 96_000 }, (_, i) => 1_000 * Math.sin(i / 20)),
};
/** What a page asks for with its first `connect()`, beside the worklets. */
const ON_DEMAND = ['callParts.js', 'audioGraph.js'];
const NOTHING_OPEN = { liveTracks: 0, openContexts: 0, openSockets: 0, timers: 0, listeners: 0 };

/** One browser for all tests; each opens the page anew, which forgets what it has loaded. */
let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ microphone: MICROPHONE });
});
afterEach(() => rig.page.unrouteAll());
afterAll(() => rig.close());

/** Connects the page's one session, and tells how that ended. */
const connect = (): Promise<string> =>
  rig.page.evaluate(() => {
    window.calls[0] ??= window.lab.call();
    return window.lab.outcomeOf(window.calls[0].session.connect());
  });

test('neither the import nor a session loads the code of a call; connect() does, from where the page is', async () => {
  const addresses: URL[] = [];
  rig.page.on('request', (request) => addresses.push(new URL(request.url())));
  const asked = (): string[] => ON_DEMAND.filter((name) => addresses.some(({ pathname }) => pathname.endsWith(name)));
  await rig.openLab();
  await rig.page.evaluate(() => void window.calls.push(window.lab.call()));
  await rig.page.waitForTimeout(300);
  expect(addresses.some(({ pathname }) => pathname.endsWith('dist/browser/index.js'))).toBe(true);
  expect(asked()).toEqual([]);
  expect(await connect()).toBe('ok');
  expect(asked()).toEqual(ON_DEMAND);
  const origins = addresses.filter(({ protocol }) => protocol.startsWith('http')).map(({ origin }) => origin);
  expect(new Set(origins)).toEqual(new Set([new URL(rig.page.url()).origin]));
});

describe.each(ON_DEMAND)('%s', (name) => {
  test('that does not come ends connect() in code-load-failed, and nothing stays open; the next connect() asks again', async () => {
    const { page, sandbox } = rig;
    const connectionsBefore = sandbox.ledger.connectionCount;
    await rig.openLab();
    await page.route(`**/${name}*`, (route) => route.abort());
    expect(await connect()).toBe('code-load-failed');
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(NOTHING_OPEN);
    expect(await page.evaluate(() => window.calls[0]?.session.status)).toBe('failed');
    expect(sandbox.ledger.connectionCount).toBe(connectionsBefore);
    // Browsers that go by the older standard remember the failure until the page is reloaded (whatwg/html, pull request 10327).
    await page.unrouteAll();
    expect(await connect()).toBe('ok');
  });

  test('that comes late loses to disconnect(), and the next connect() wins', async () => {
    const { page, sandbox } = rig;
    const connectionsBefore = sandbox.ledger.connectionCount;
    await rig.openLab();
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
    expect(sandbox.ledger.connectionCount).toBe(connectionsBefore);
    expect(await connect()).toBe('ok');
  });
});
