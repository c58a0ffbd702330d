import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRig, type Rig } from './harness.ts';

/** Two seconds of a quiet tone: these tests need a microphone, not speech. */
const MICROPHONE = {
  sampleRate: 48_000,
  channelCount: 1,
  samples: Int16Array.from({ length: 96_000 }, (_, i) => 1_000 * Math.sin(i / 20)),
};
const RELEASED = { liveTracks: 0, openContexts: 0, openSockets: 0, workers: 0, listeners: 0 };

/** One browser for the tests that need nothing special of it; each opens the page anew. */
let shared: Rig;
beforeAll(async () => {
  shared = await createRig({ microphone: MICROPHONE });
});
afterAll(() => shared.close());

let own: Rig | null = null;
afterEach(async () => {
  await own?.close();
  own = null;
});

/** @param options Of a browser that is like no other. */
async function openLab(options?: Partial<Parameters<typeof createRig>[0]>): Promise<Rig> {
  own = options === undefined ? null : await createRig({ microphone: MICROPHONE, ...options });
  const rig = own ?? shared;
  await rig.openLab();
  return rig;
}

describe('devices of Chromium', () => {
  test('keep what the contract says, and nothing listens for changes after the session', async () => {
    const { page } = await openLab();
    const faults = await page.evaluate(async () => {
      const { lab } = window;
      const audio = new lab.BrowserAudio();
      const { session } = lab.call({ audio });
      await session.connect();
      const found = await lab.faultsOfDevices(audio.devices, lab.wait);
      await session.disconnect();
      return found;
    });
    expect(faults).toEqual([]);
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(RELEASED);
  });

  test('a microphone that is unplugged is replaced by the system’s choice, and its sample line goes on', async () => {
    const { page } = await openLab();
    const { causes, missed, lateMs } = await page.evaluate(async () => {
      const { lab } = window;
      const { session } = lab.call();
      const heard: string[] = [];
      await session.connect();
      session.on('devicesChanged', ({ cause }) => void heard.push(cause));
      const other = (await session.listDevices()).find(({ kind, isSelected }) => kind === 'input' && !isSelected);
      await session.setInputDevice(other?.id ?? '');
      await lab.wait(200);
      const endedMs = performance.now();
      // What an unplugged device does: its track ends.
      lab.endTracks();
      await lab.until('another one is listened to', () => lab.census().liveTracks === 1);
      const tookMs = performance.now() - endedMs;
      const before = session.stats().input.framesCount;
      await lab.wait(500);
      const frames = session.stats().input.framesCount - before;
      const { missedSamples } = session.stats().input;
      await session.disconnect();
      return { causes: heard, missed: { frames, missedSamples }, lateMs: tookMs };
    });
    expect(causes).toEqual(['input-selected', 'input-replaced']);
    expect(missed.frames).toBeGreaterThanOrEqual(20);
    expect(lateMs).toBeLessThan(2_000);
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(RELEASED);
  });

  test('a microphone that is let go lights no indicator, frames of silence go on, and it comes back', async () => {
    const { page } = await openLab();
    const seen = await page.evaluate(async () => {
      const { lab } = window;
      const frames: { start: number; end: number; isSilent: boolean }[] = [];
      const microphone = lab.microphone();
      await microphone.start({
        onFrame: ({ pcm, firstSampleIndex, spanSamples }) =>
          void frames.push({
            start: firstSampleIndex,
            end: firstSampleIndex + spanSamples,
            isSilent: pcm.every((value) => value === 0),
          }),
        onFailure: (error) => {
          throw error;
        },
      });
      await lab.wait(300);
      await microphone.pause();
      await lab.wait(100);
      const from = frames.length;
      await lab.wait(500);
      const paused = frames.slice(from);
      const liveTracks = lab.census().liveTracks;
      await microphone.resume();
      await lab.wait(500);
      const isBack = frames.at(-1)?.isSilent === false;
      // A stop in the middle of a resume leaves nothing open.
      await microphone.pause();
      const outcome = lab.outcomeOf(microphone.resume());
      await microphone.stop();
      const gaps = frames.filter(({ start }, i) => i > 0 && Math.abs(start - (frames[i - 1]?.end ?? 0)) > 0.001);
      return {
        liveTracks,
        count: paused.length,
        isSilent: paused.every((frame) => frame.isSilent),
        isBack,
        outcome: await outcome,
        gapCount: gaps.length,
      };
    });
    expect(seen).toMatchObject({
      liveTracks: 0,
      isSilent: true,
      isBack: true,
      outcome: 'connect-aborted',
      gapCount: 0,
    });
    expect(seen.count).toBeGreaterThanOrEqual(20);
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(RELEASED);
  });

  test('a microphone whose permission is withdrawn ends the session with microphone-ended, and everything is released', async () => {
    const { page } = await openLab({ microphone: null });
    await page.context().grantPermissions(['microphone']);
    await page.evaluate(async () => {
      window.calls = [window.lab.call()];
      await window.calls[0]?.session.connect();
    });
    await page.context().clearPermissions();
    await page.evaluate(() =>
      window.lab.until('it ended', () => window.calls[0]?.events.at(-1)?.name === 'disconnected'),
    );
    const events = await page.evaluate(() => window.calls[0]?.events ?? []);
    expect(events.at(-1)?.event).toMatchObject({ code: 'microphone-ended', isRetryable: true });
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(RELEASED);
  });
});

describe('an audio context that is taken away', () => {
  test('is started again, and the user is heard again, with nothing made up for the time between', async () => {
    const { page } = await openLab();
    const seen = await page.evaluate(async () => {
      const { lab } = window;
      const { session, events } = lab.call();
      await session.connect();
      await lab.wait(300);
      const before = session.stats().input;
      await lab.interruptContexts();
      await lab.until('frames come again', () => session.stats().input.framesCount > before.framesCount + 20);
      const after = session.stats().input;
      await session.disconnect();
      return { missed: after.missedSamples - before.missedSamples, names: events.map(({ name }) => name) };
    });
    expect(seen.missed).toBeLessThan(48_000);
    expect(seen.names).not.toContain('playbackBlocked');
    expect(seen.names).not.toContain('error');
    expect(await page.evaluate(() => window.lab.census())).toMatchObject(RELEASED);
  });
});

describe('a page that may not make sound yet', () => {
  test('says so, gives up after 10 s, and connects when unlock() is called in a click', async () => {
    own = await createRig({ microphone: MICROPHONE });
    const { page } = own;
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'log') said.push(message.text());
    });
    const says = async (text: string, count = 1): Promise<void> => {
      for (const endMs = Date.now() + 30_000; said.filter((line) => line === text).length < count;) {
        if (Date.now() > endMs) throw new Error(`The page did not say "${text}" but ${JSON.stringify(said)}.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await own.openPage('blocked.html');
    await says('audio-blocked');
    await says('blocked', 2);
    await page.mouse.click(100, 100);
    await says('ok');
    await says('released');
    expect(said).toEqual(['blocked', 'audio-blocked', 'blocked', 'ok', 'released']);
    // The page's own context is still there.
    expect(await page.evaluate(() => window.lab.census())).toMatchObject({ ...RELEASED, openContexts: 1 });
  });
});

describe('a browser whose WebAssembly has no SIMD', () => {
  test.each([
    ['loads the scalar worklets, and only there', ['--js-flags=--no-enable-sse4-1'], 'Scalar.worklet.js'],
    ['not where there is SIMD', [], '.worklet.js'],
  ])('%s', async (_, browserArgs, ending) => {
    const { page, sandbox, loadedFiles } = await openLab({ browserArgs });
    const heard = await page.evaluate(async () => {
      window.calls = [window.lab.call()];
      await window.calls[0]?.session.connect();
      await window.lab.wait(1_500);
      const frames = window.calls[0]?.session.stats().input.framesCount;
      await window.calls[0]?.session.disconnect();
      return frames;
    });
    expect([...loadedFiles].filter((name) => name.endsWith('.worklet.js')).sort()).toEqual([
      `capture${ending}`,
      `playout${ending}`,
    ]);
    expect(heard).toBeGreaterThan(50);
    const [connection] = sandbox.ledger.connections;
    const received = connection?.receivedPcm() ?? new Int16Array(0);
    // A tone of 1,000 is RMS 707.
    const rms = Math.sqrt(received.reduce((sum, value) => sum + value * value, 0) / received.length);
    expect(rms).toBeGreaterThan(300);
  });
});
