import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { Replies } from './replies.ts';

const create = (firstSeq = 1): Replies => new Replies(firstSeq, createRandom(9));

describe('Replies', () => {
  test('lines up to 1.5 s after the speech before them are one reply, later ones another', () => {
    const replies = create();
    const first = replies.replyFor('a', 0);
    expect(replies.replyFor('b', 5000)).toBe(first);
    first.spokenAtMs = 6000;
    expect(replies.replyFor('c', 7500)).toBe(first);
    first.spokenAtMs = 8000;
    const second = replies.replyFor('d', 9501);
    expect([first.seq, second.seq]).toEqual([1, 2]);
    expect([first.texts, second.texts]).toEqual([['a', 'b', 'c'], ['d']]);
    expect(first.chatId).not.toBe(second.chatId);
  });

  test('what follows an end is another reply, with the next number', () => {
    const replies = create(0);
    expect(replies.lastSeq).toBeUndefined();
    const first = replies.replyFor('a', 0);
    expect(replies.end()).toBe(first);
    expect(replies.current).toBeUndefined();
    expect([first.seq, replies.replyFor('b', 1).seq, replies.lastSeq, replies.nextSeq]).toEqual([0, 1, 1, 2]);
  });

  test('an interruption names the reply that begins next; a second one, before it began, a higher number', () => {
    const replies = create();
    replies.replyFor('a', 0);
    expect(replies.interrupt()).toBe(2);
    expect(replies.replyFor('b', 1).seq).toBe(2);
    expect([replies.interrupt(), replies.interrupt()]).toEqual([3, 4]);
    expect(replies.replyFor('c', 2).seq).toBe(4);
    expect(replies.interrupt()).toBe(5);
  });

  test('no two sentences have the same name', () => {
    const replies = create();
    const ids = Array.from({ length: 1000 }, () => replies.nextSentenceId());
    expect(new Set(ids).size).toBe(1000);
  });
});
