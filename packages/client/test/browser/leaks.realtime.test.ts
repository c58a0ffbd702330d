import { afterEach, expect, test } from 'vitest';
import { assertFlat, slopeOf, type Measurement } from '../slope.ts';
import { createRig, type Rig } from './harness.ts';

/** A night has the time for 200. */
const CYCLES = Number(process.env['VOICEWIRE_CYCLES'] ?? 20);
/** Compiled code, caches and pools are full after these. */
const WARM_UP_CYCLES = 15;
const MEASUREMENTS = 7;
/**
 * A forgotten session is 20 kB. The browser itself keeps some hundred bytes of every microphone, context and request, and a
 * few cycles give a coarser slope than many.
 */
const MAX_BYTES_PER_CYCLE = CYCLES >= 100 ? 1_024 : 4_096;
/** Of Chromium's own counters, those that a call could raise. */
const COUNTED = ['AudioHandlers', 'AudioWorkletProcessors', 'WorkerGlobalScopes', 'JSEventListeners', 'Documents'];

const MICROPHONE = { sampleRate: 48_000, channelCount: 1, samples: new Int16Array(48_000) };

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** Calls one after the other: connects, starts the MP3 worker, listens for a moment, hangs up. */
async function call(current: Rig, count: number): Promise<void> {
  await current.page.evaluate(async (times) => {
    const { lab } = window;
    for (let i = 0; i < times; i++) {
      const audio = new lab.BrowserAudio();
      const { session } = lab.call({ audio });
      await session.connect();
      audio.decoders.prepare();
      await lab.wait(60);
      await session.disconnect();
    }
    lab.forgetClosed();
  }, count);
}

test(`${CYCLES} calls leave no timer, listener, track, context, worker or socket behind, and the heap does not grow`, async () => {
  rig = await createRig({ microphone: MICROPHONE, sandbox: { record: false } });
  const current = rig;
  await current.openLab();
  const debug = await current.page.context().newCDPSession(current.page);
  await debug.send('Performance.enable');
  const measure = async (): Promise<{ heapBytes: number; counters: Record<string, number> }> => {
    // Twice: what the first collection finalises, the second one frees.
    for (let i = 0; i < 3; i++) {
      await debug.send('HeapProfiler.collectGarbage');
      await current.page.waitForTimeout(100);
    }
    const { usedSize } = await debug.send('Runtime.getHeapUsage');
    const { metrics } = await debug.send('Performance.getMetrics');
    const counted = metrics.filter(({ name }) => COUNTED.includes(name));
    return { heapBytes: usedSize, counters: Object.fromEntries(counted.map(({ name, value }) => [name, value])) };
  };

  await call(current, WARM_UP_CYCLES);
  const before = await measure();
  const { microphoneRequests: _asked, ...clean } = await current.page.evaluate(() => window.lab.census());
  const heap: Measurement[] = [{ at: 0, value: before.heapBytes }];
  let after = before;
  for (let done = 0, i = 1; i < MEASUREMENTS; i++) {
    const next = Math.round((CYCLES * i) / (MEASUREMENTS - 1));
    await call(current, next - done);
    done = next;
    after = await measure();
    heap.push({ at: done, value: after.heapBytes });
  }
  const shown = heap.map(({ value }) => Math.round(value / 1000)).join(' ');
  process.stdout.write(
    `${CYCLES} calls in Chromium: ${slopeOf(heap).toFixed(0)} bytes per call; heap ${shown} kB; ${JSON.stringify(after.counters)}\n`,
  );
  assertFlat('the page’s heap', heap, MAX_BYTES_PER_CYCLE, 'bytes per call');
  expect(after.counters).toEqual(before.counters);
  expect(await current.page.evaluate(() => window.lab.census())).toMatchObject(clean);
  expect(clean).toEqual({ liveTracks: 0, openContexts: 0, openSockets: 0, workers: 0, timers: 0, listeners: 0 });
  expect(current.sandbox.ledger.connections.length).toBeGreaterThanOrEqual(Math.min(CYCLES, 20));
});

test('a page that keeps something of each call is found out', async () => {
  rig = await createRig({ microphone: MICROPHONE, sandbox: { record: false } });
  const current = rig;
  await current.openLab();
  const debug = await current.page.context().newCDPSession(current.page);
  const heap: Measurement[] = [];
  for (let i = 0; i < 5; i++) {
    await current.page.evaluate(() => {
      window.kept ??= [];
      window.kept.push(Array.from({ length: 500 }, (_, k) => ({ k })));
    });
    await debug.send('HeapProfiler.collectGarbage');
    heap.push({ at: i, value: (await debug.send('Runtime.getHeapUsage')).usedSize });
  }
  expect(() => assertFlat('the page’s heap', heap, MAX_BYTES_PER_CYCLE, 'bytes per call')).toThrow('slope');
});
