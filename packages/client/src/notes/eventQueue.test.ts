import { describe, expect, test } from 'vitest';
import { EventQueue } from './eventQueue.ts';
import type { VoiceNoteEvent } from './noteEvents.ts';

const text = (value: string): VoiceNoteEvent => ({ type: 'agentText', text: value });
const audio = (bytes: number): VoiceNoteEvent => ({
  type: 'agentAudio',
  bytes: new Uint8Array(bytes),
  format: { encoding: 'pcm-s16le', sampleRate: 16_000 },
});

describe('EventQueue', () => {
  test('gives events in order, to a reader that waits and to one that comes later', async () => {
    const queue = new EventQueue();
    const waiting = queue.next();
    queue.push(text('a'));
    queue.push(text('b'));
    queue.close();
    expect(await waiting).toEqual({ done: false, value: text('a') });
    expect(await queue.next()).toEqual({ done: false, value: text('b') });
    expect(await queue.next()).toEqual({ done: true, value: undefined });
    queue.push(text('late'));
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test('throws once, after what came before it', async () => {
    const queue = new EventQueue();
    queue.push(text('a'));
    queue.fail(new Error('broken'));
    expect((await queue.next()).value).toEqual(text('a'));
    await expect(queue.next()).rejects.toThrow('broken');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test('two readers that wait at its end get the error and the end', async () => {
    const queue = new EventQueue();
    const [first, second] = [queue.next(), queue.next()];
    queue.fail(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    expect(await second).toEqual({ done: true, value: undefined });
  });

  test.each([
    ['4,096 events', 4_096, () => text('x')],
    ['2 MB of audio', 20, () => audio(100_000)],
  ])('has no more room with %s, and room again when the reader has taken one', async (_what, count, create) => {
    const queue = new EventQueue();
    for (let i = 0; i < count - 1; i++) queue.push(create());
    expect(queue.hasRoom).toBe(true);
    queue.push(create());
    expect(queue.hasRoom).toBe(false);
    let isWoken = false;
    const room = queue.room().then(() => (isWoken = true));
    await Promise.resolve();
    expect(isWoken).toBe(false);
    await queue.next();
    await room;
    expect([isWoken, queue.hasRoom]).toEqual([true, true]);
  });

  test('wakes the writer when the reader is gone', async () => {
    const queue = new EventQueue();
    queue.push(audio(3_000_000));
    const room = queue.room();
    queue.clear();
    await room;
    expect(queue.hasRoom).toBe(true);
  });
});
