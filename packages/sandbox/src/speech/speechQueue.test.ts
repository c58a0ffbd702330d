import { describe, expect, test } from 'vitest';
import { SpeechQueue } from './speechQueue.ts';
import type { SpokenLine } from './speechQueue.ts';
import { SENTENCE_PAUSE_SAMPLES, createVoice } from './voice.ts';

const silentVoice = createVoice(undefined);

function createQueue(voice = silentVoice) {
  const lines: SpokenLine[] = [];
  const started: string[] = [];
  const ready: string[] = [];
  const reports = { readable: 0, started, ready };
  const queue = new SpeechQueue(voice, {
    onReadable: () => (reports.readable += 1),
    onLineReady: ({ text }) => ready.push(text),
    onLineStarted: ({ text, pcm }) => started.push(`${text} ${pcm.length}`),
    onLineEnded: (line) => lines.push(line),
  });
  return { queue, lines, reports };
}

const pcmOf = (length: number, value = 1000): Int16Array => new Int16Array(length).fill(value);

/** A promise that the test settles. */
function createDeferred() {
  let resolve: (pcm: Int16Array) => void = () => undefined;
  const promise = new Promise<Int16Array>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Reads frames of 320 samples until nothing comes. */
function readAll(queue: SpeechQueue): Int16Array[] {
  const frames: Int16Array[] = [];
  for (;;) {
    const frame = new Int16Array(320).fill(77);
    if (queue.read(frame) === 0) return frames;
    frames.push(frame);
  }
}

describe('SpeechQueue', () => {
  test('700 samples leave as 3 frames of 320, the last padded with 260 zeros', () => {
    const { queue, lines } = createQueue();
    queue.push({ text: 'a', pcm: pcmOf(700) });
    const frames = readAll(queue);
    expect(frames.length).toBe(3);
    expect([...(frames[2] ?? [])].filter((x) => x === 1000).length).toBe(60);
    expect([...(frames[2] ?? [])].filter((x) => x === 0).length).toBe(260);
    expect(lines).toEqual([{ text: 'a', lengthSamples: 700, sentSamples: 700 }]);
    expect(queue.isEmpty).toBe(true);
  });

  test('two pieces are exactly 220 ms apart, across frame borders', () => {
    const { queue, reports } = createQueue();
    queue.push({ text: 'a', pcm: pcmOf(100) });
    queue.push({ text: 'b', pcm: pcmOf(100, 2000) });
    expect([reports.ready, reports.started]).toEqual([['a', 'b'], []]);
    const samples = readAll(queue).flatMap((frame) => [...frame]);
    expect(samples.indexOf(2000)).toBe(100 + SENTENCE_PAUSE_SAMPLES);
    expect(samples.slice(100, 100 + SENTENCE_PAUSE_SAMPLES).every((x) => x === 0)).toBe(true);
  });

  test('a cut fades what sounds within one frame, drops the rest and reports how much was heard', () => {
    const { queue, lines } = createQueue();
    queue.push({ text: 'a', pcm: pcmOf(3200) });
    queue.push({ text: 'b', pcm: pcmOf(3200) });
    const frame = new Int16Array(320);
    queue.read(frame);
    expect(queue.cut(frame)).toBe(true);
    expect(frame[0]).toBe(997);
    expect(frame[319]).toBe(0);
    expect(frame.every((x, i) => i === 0 || x <= (frame[i - 1] ?? 0))).toBe(true);
    expect(lines).toEqual([{ text: 'a', lengthSamples: 3200, sentSamples: 640 }]);
    expect(readAll(queue)).toEqual([]);
  });

  test('a cut before the first sample needs no fade and reports nothing', () => {
    const { queue, lines } = createQueue();
    queue.push({ text: 'a', pcm: pcmOf(3200) });
    expect(queue.cut(new Int16Array(320))).toBe(false);
    expect(lines).toEqual([]);
    expect(queue.isEmpty).toBe(true);
  });

  test('a piece that is being synthesized holds back those behind it, and its arrival is reported once', async () => {
    const pending = createDeferred();
    const { queue, reports } = createQueue(createVoice(undefined, { name: 'slow', synthesize: () => pending.promise }));
    queue.push({ text: 'strange words' });
    queue.push({ text: 'b', pcm: pcmOf(320, 2000) });
    expect(readAll(queue)).toEqual([]);
    expect([queue.isEmpty, reports.readable, reports.ready]).toEqual([false, 0, []]);
    pending.resolve(pcmOf(320));
    await pending.promise;
    await Promise.resolve();
    expect([reports.readable, reports.ready]).toEqual([1, ['strange words', 'b']]);
    expect(readAll(queue)[0]?.[0]).toBe(1000);
  });

  test('a piece that was cut while it was being synthesized stays dropped', async () => {
    const pending = createDeferred();
    const { queue, reports } = createQueue(createVoice(undefined, { name: 'slow', synthesize: () => pending.promise }));
    queue.push({ text: 'strange words' });
    queue.cut(new Int16Array(320));
    pending.resolve(pcmOf(320));
    await pending.promise;
    await Promise.resolve();
    expect([reports.readable, reports.ready]).toEqual([0, []]);
    expect(readAll(queue)).toEqual([]);
  });

  test('who hears that a piece begins may cut it: nothing of it is read, and none is left', () => {
    const ended: unknown[] = [];
    const queue: SpeechQueue = new SpeechQueue(silentVoice, {
      onReadable: () => undefined,
      onLineStarted: () => void queue.cut(new Int16Array(320)),
      onLineEnded: (line) => void ended.push(line),
    });
    queue.push({ text: 'a', pcm: pcmOf(3200) });
    const frame = new Int16Array(320);
    expect([queue.read(frame), queue.isEmpty, ended, frame.some((x) => x !== 0)]).toEqual([0, true, [], false]);
  });
});
