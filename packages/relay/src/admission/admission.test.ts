import { describe, expect, test } from 'vitest';
import { TestClock } from '../../test/relayClock.ts';
import { RelayError } from '../errors.ts';
import { clientKeyOf } from './clientKey.ts';
import { MintLimiter } from './mintLimiter.ts';
import { checkOrigins, isAllowedOrigin } from './origins.ts';

describe('MintLimiter', () => {
  test('lets 20 through at once, then one every 3 s', () => {
    const clock = new TestClock();
    const limiter = new MintLimiter(clock, { burstCount: 20, perMinuteCount: 20 });
    for (let i = 0; i < 20; i++) expect(limiter.take('a'), `request ${i}`).toBe(0);
    expect(limiter.take('a')).toBe(3_000);
    expect(limiter.take('b')).toBe(0);
    clock.advanceMs(2_999);
    expect(limiter.take('a')).toBe(1);
    clock.advanceMs(1);
    expect(limiter.take('a')).toBe(0);
    expect(limiter.take('a')).toBe(3_000);
  });

  test('lets at most 20 + 20 a minute through over an hour, whatever the pace', () => {
    const clock = new TestClock();
    const limiter = new MintLimiter(clock, { burstCount: 20, perMinuteCount: 20 });
    let passedCount = 0;
    for (let i = 0; i < 36_000; i++) {
      if (limiter.take('a') === 0) passedCount++;
      clock.advanceMs(100);
    }
    expect(passedCount).toBeGreaterThanOrEqual(1_218);
    expect(passedCount).toBeLessThanOrEqual(1_220);
  });

  test('remembers at most 1,000 clients of 5,000, the latest ones', () => {
    const limiter = new MintLimiter(new TestClock(), { burstCount: 1, perMinuteCount: 1 }, 1_000);
    for (let i = 0; i < 5_000; i++) limiter.take(`client-${i}`);
    expect(limiter.clientCount).toBeGreaterThan(500);
    expect(limiter.clientCount).toBeLessThanOrEqual(1_000);
    expect(limiter.take('client-4999')).toBe(60_000);
    expect(limiter.take('client-0')).toBe(0);
  });
});

describe('origins', () => {
  const rules = { origins: ['https://app.example', 'http://localhost:5173'], allowsPrograms: false };

  test.each(['https://app.example', 'http://localhost:5173'])('lets %s in', (origin) => {
    expect(isAllowedOrigin(rules, origin)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'null',
    'https://app.example.evil.example',
    'https://app.example:8443',
    'http://app.example',
    'https://APP.example',
    'https://app.example/',
    'https://app.example, https://evil.example',
    'https://evil.example#https://app.example',
  ])('keeps %j out', (origin) => {
    expect(isAllowedOrigin(rules, origin)).toBe(false);
  });

  test('lets programs in where they are wanted, and still no other page', () => {
    const open = { ...rules, allowsPrograms: true };
    expect(isAllowedOrigin(open, undefined)).toBe(true);
    expect(isAllowedOrigin(open, 'null')).toBe(false);
  });

  test.each([[[]], [['*']], [['https://app.example/']], [['app.example']], [['null']], [['https://*.example']]])(
    'refuses the list %j',
    (origins) => {
      expect(() => checkOrigins({ origins, allowsPrograms: false })).toThrow(RelayError);
    },
  );
});

describe('clientKeyOf', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, key) => {
    expect(clientKeyOf(address)).toBe(key);
  });
});
