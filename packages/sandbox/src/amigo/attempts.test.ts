import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import type { Comer } from './attempts.ts';
import { Attempts } from './attempts.ts';

const LOSS = { conversationId: 'c'.repeat(24), serviceId: 'a'.repeat(24), wasVadOn: true };

/** A user with a token. */
const u = (token: string): Comer => ({ user: 'u', token });
/** A token that names nobody. */
const stranger = (token: string): Comer => ({ user: undefined, token });

/** Ends one connection with `code` at 0 ms and says what is wrong with coming back at `nowMs`. */
function comeBack(code: number, nowMs: number, tokens: readonly [string, string] = ['t1', 't2']): readonly string[] {
  const attempts = new Attempts();
  attempts.begin(u(tokens[0]), 0);
  attempts.end(u(tokens[0]), { code, loss: undefined }, 0);
  return attempts.begin(u(tokens[1]), nowMs);
}

describe('Attempts', () => {
  test.each([
    [3003, 9999, 'an attempt 9999 ms after close 3003, which is final'],
    [4000, 0, 'an attempt 0 ms after close 4000, which is final'],
    [4004, 500, 'an attempt 500 ms after close 4004, which is final'],
    [4015, 500, 'an attempt 500 ms after close 4015, which is final'],
    [1009, 500, 'an attempt 500 ms after close 1009, which is final'],
    [4029, 4999, 'an attempt 4999 ms after close 4029, wanted 5000 ms'],
    [1013, 100, 'an attempt 100 ms after close 1013, wanted 5000 ms'],
  ])('after %d, coming back after %d ms is noticed', (code, nowMs, fault) => {
    expect(comeBack(code, nowMs)).toEqual([fault]);
  });

  test.each([
    [3003, 10_000],
    [4000, 10_000],
    [4029, 5000],
    [1013, 5000],
    [1000, 0],
    [1006, 0],
    [1012, 0],
    [3000, 0],
    [3008, 0],
    [4009, 1000],
  ])('after %d, coming back after %d ms is right', (code, nowMs) => {
    expect(comeBack(code, nowMs)).toEqual([]);
  });

  test('3000: the same token again, and a third attempt after two refusals', () => {
    expect(comeBack(3000, 100, ['t1', 't1'])).toEqual(['the token that was refused with 3000 comes again']);
    const attempts = new Attempts();
    for (const token of ['t1', 't2']) {
      expect(attempts.begin(u(token), 0)).toEqual([]);
      attempts.end(u(token), { code: 3000, loss: undefined }, 0);
    }
    expect(attempts.begin(u('t3'), 0)).toEqual(['another attempt after a second 3000 in a row']);
    attempts.succeed(u('t'));
    expect(attempts.begin(u('t3'), 0)).toEqual([]);
  });

  test('3000 for a token of nobody’s: the same token again, and no other one', () => {
    const attempts = new Attempts();
    const come = (token: string): readonly string[] => {
      const faults = attempts.begin(stranger(token), 0);
      attempts.end(stranger(token), { code: 3000, loss: undefined }, 0);
      return faults;
    };
    expect(come('t1')).toEqual([]);
    expect(come('t2')).toEqual([]);
    expect(come('t1')).toEqual(['the token that was refused with 3000 comes again']);
    expect([come(''), come('')]).toEqual([[], []]);
  });

  test('10,000 made-up tokens leave no more than 256 records, and push no user out', () => {
    const attempts = new Attempts();
    attempts.end(u('t'), { code: 1006, loss: LOSS }, 0);
    for (let i = 0; i < 10_000; i++) attempts.end(stranger(`t${i}`), { code: 3000, loss: undefined }, 0);
    expect(attempts.strangerCount).toBe(256);
    expect(attempts.findLoss('u', 1)).toEqual(LOSS);
  });

  test('six attempts within 2 s are a storm; after a success the count begins anew', () => {
    const attempts = new Attempts();
    const faults = [0, 400, 800, 1200, 1600, 1999].map((nowMs) => attempts.begin(u('t'), nowMs));
    expect(faults.flat()).toEqual(['6 attempts within 1999 ms']);
    attempts.succeed(u('t'));
    expect([2000, 2001, 2002, 2003, 2004].flatMap((nowMs) => attempts.begin(u('t'), nowMs))).toEqual([]);
  });

  test('backoff from 1 s to 30 s with full jitter is hardly ever a storm: at most 5 of 1000 outages', () => {
    const seed = 20_261_121;
    const random = createRandom(seed);
    let accused = 0;
    for (let outage = 0; outage < 1000; outage++) {
      const attempts = new Attempts();
      let nowMs = 0;
      let isAccused = false;
      for (let attempt = 0; attempt < 10; attempt++) {
        isAccused ||= attempts.begin(u('t'), nowMs).length > 0;
        nowMs += random() * Math.min(30_000, 1000 * 2 ** attempt);
      }
      if (isAccused) accused += 1;
    }
    expect(accused, `seed ${seed}`).toBeLessThanOrEqual(5);
  });

  test('a loss is remembered for 2 minutes, through a 4009, until the user is back', () => {
    const attempts = new Attempts();
    attempts.end(u('t'), { code: 1006, loss: LOSS }, 0);
    attempts.end(u('t'), { code: 4009, loss: undefined }, 1000);
    expect(attempts.findLoss('u', 120_000)).toEqual(LOSS);
    expect(attempts.findLoss('u', 120_001)).toBeUndefined();
    expect(attempts.findLoss('v', 1000)).toBeUndefined();
    attempts.succeed(u('t'));
    expect(attempts.findLoss('u', 1000)).toBeUndefined();
  });

  test('who left with 1000 lost nothing', () => {
    const attempts = new Attempts();
    attempts.end(u('t'), { code: 1000, loss: LOSS }, 0);
    expect(attempts.findLoss('u', 1)).toBeUndefined();
  });

  test('10,000 users leave no more than 256 records', () => {
    const attempts = new Attempts();
    for (let user = 0; user < 10_000; user++)
      attempts.end({ user: `u${user}`, token: 't' }, { code: 1006, loss: LOSS }, 0);
    expect(attempts.userCount).toBe(256);
    expect(attempts.findLoss('u9999', 1)).toEqual(LOSS);
  });
});
