import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import type { Conversation } from './conversation.ts';
import { Conversations } from './conversations.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const PAIRING = { organization: 'demo-org', userId: 'demo-user', serviceId: '65f0c2a19b7d4e0012ab34cd' };

function createStore() {
  const clock = new FakeClock(0);
  const store = new Conversations({ clock, random: createRandom(3), nowEpochMs: () => START_MS + clock.nowMs() });
  return { clock, store };
}

describe('Conversations', () => {
  test('a conversation has an id of 24 hex digits, is found by its organization, and is unfinished until finished', () => {
    const { clock, store } = createStore();
    const conversation = store.create(PAIRING);
    expect(conversation).toMatchObject({ ...PAIRING, serviceVersionSet: 'release', createdAtEpochMs: START_MS });
    expect(conversation.id).toMatch(/^[a-f0-9]{24}$/);
    expect(store.find('demo-org', conversation.id)).toBe(conversation);
    expect(store.find('other-org', conversation.id)).toBeUndefined();
    expect(store.findUnfinished(PAIRING)).toBe(conversation);
    expect(store.findUnfinished({ ...PAIRING, userId: 'another' })).toBeUndefined();
    clock.advanceMs(500);
    conversation.finish();
    clock.advanceMs(500);
    conversation.finish();
    expect(conversation).toMatchObject({ isFinished: true, finishedAtEpochMs: START_MS + 500 });
    expect(store.findUnfinished(PAIRING)).toBeUndefined();
    store.delete(conversation);
    expect(store.find('demo-org', conversation.id)).toBeUndefined();
  });

  test('messages keep their order, a given id, and 10,000 characters; of 201, the first goes', () => {
    const { store } = createStore();
    const conversation = store.create(PAIRING);
    const announced = conversation.drawId();
    const message = conversation.addMessage('user', 'a'.repeat(20_000), announced);
    expect(message).toMatchObject({ id: announced, author: 'user', createdAtEpochMs: START_MS });
    expect(message.text).toHaveLength(10_000);
    for (let i = 0; i < 200; i++) conversation.addMessage('agent', String(i));
    expect(conversation.messages).toHaveLength(200);
    expect([conversation.messages[0]?.text, conversation.messages[199]?.text]).toEqual(['0', '199']);
  });

  test('2,001 conversations: the oldest finished one goes, else the oldest that is not locked', () => {
    const { store } = createStore();
    const made = Array.from({ length: 2000 }, () => store.create(PAIRING));
    made[0]?.lock.take();
    made[5]?.finish();
    store.create(PAIRING);
    store.create(PAIRING);
    const isKept = made.slice(0, 7).map(({ id }) => store.find('demo-org', id) !== undefined);
    expect(isKept).toEqual([true, false, true, true, true, false, true]);
    expect(store.all).toHaveLength(2000);
  });

  test('64 MB in all: finished ones go first, then those that nobody works on, then the oldest words of the speaker', () => {
    const { store } = createStore();
    const fill = (conversation: Conversation): void => {
      for (let i = 0; i < 200; i++) conversation.addMessage('user', String(i % 10).repeat(20_000));
    };
    // 200 messages of 20 kB and a little are 4 MB: 15 of them fit.
    const [held, idle, finished, ...others] = Array.from({ length: 15 }, () => store.create(PAIRING));
    for (const each of [held, idle, finished, ...others]) if (each !== undefined) fill(each);
    held?.lock.take();
    for (const each of others) each.lock.take();
    finished?.finish();
    const kept = (): boolean[] => [held, idle, finished].map((each) => store.all.some((one) => one === each));
    expect([kept(), store.totalBytes]).toEqual([[true, true, true], 15 * (200 * 20_200 + 204)]);
    const [first, second, third] = [1, 2, 3].map(() => {
      const next = store.create(PAIRING);
      next.lock.take();
      fill(next);
      return kept();
    });
    expect([first, second, third]).toEqual([
      [true, true, false],
      [true, false, false],
      [true, false, false],
    ]);
    const latest = store.all.at(-1);
    expect(latest?.messages.length).toBeLessThan(200);
    expect(latest?.messages.at(-1)?.text).toBe('9'.repeat(10_000));
    expect(store.totalBytes).toBeLessThanOrEqual(64_000_000);
    for (const each of store.all) store.delete(each);
    expect(store.totalBytes).toBe(0);
  });

  test('a conversation that was forgotten takes no room, whoever goes on with it', () => {
    const { store } = createStore();
    const conversation = store.create(PAIRING);
    store.delete(conversation);
    store.delete(conversation);
    conversation.addMessage('user', 'still here');
    expect(store.totalBytes).toBe(0);
  });

  test('a user has one slot per service', () => {
    const { store } = createStore();
    expect(store.slotOf(PAIRING)).toBe(store.slotOf({ ...PAIRING }));
    expect(store.slotOf(PAIRING)).not.toBe(store.slotOf({ ...PAIRING, userId: 'another' }));
  });
});

describe('OperationLock', () => {
  test('one at a time; a release with 1,000 ms holds on for 999 ms more', () => {
    const { clock, store } = createStore();
    const { lock } = store.create(PAIRING);
    const hold = lock.take();
    expect([lock.isTaken, lock.take()]).toEqual([true, undefined]);
    hold?.release(1000);
    clock.advanceMs(999);
    expect(lock.isTaken).toBe(true);
    clock.advanceMs(1);
    const next = lock.take();
    hold?.release();
    expect(lock.isTaken).toBe(true);
    next?.release();
    expect(lock.isTaken).toBe(false);
  });
});

describe('Recordings', () => {
  test('64 MB in all: with the next one, the oldest goes; the same message twice counts once', () => {
    const { recordings } = createStore().store;
    const recording = { contentType: 'audio/wav', bytes: new Uint8Array(16_000_000) } as const;
    for (const id of ['a', 'a', 'b', 'c', 'd']) recordings.keep(id, recording);
    expect(recordings.totalBytes).toBe(64_000_000);
    recordings.keep('e', { contentType: 'audio/mpeg', bytes: new Uint8Array(1) });
    expect(['a', 'b', 'e'].map((id) => recordings.find(id)?.bytes.length)).toEqual([undefined, 16_000_000, 1]);
  });
});
