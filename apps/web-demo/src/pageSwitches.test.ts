import { describe, expect, test } from 'vitest';
import { readPageSwitches } from './pageSwitches.ts';

describe('readPageSwitches', () => {
  test('a plain address switches nothing', () => {
    expect(readPageSwitches('')).toEqual({
      isMicrophoneRaw: false,
      isDebug: false,
      contextRate: null,
      tokenQuery: '',
    });
  });

  test('passes to the token request what is not for the page', () => {
    const switches = readPageSwitches('?mic=raw&fault=never-connected&delayMs=500&debug');
    expect(switches).toMatchObject({ isMicrophoneRaw: true, isDebug: true });
    expect(switches.tokenQuery).toBe('?fault=never-connected&delayMs=500');
  });

  test.each(['0', '-1', 'fast', ''])('takes no context rate of "%s" Hz', (rate) => {
    expect(readPageSwitches(`?debug&contextRate=${rate}`).contextRate).toBeNull();
  });

  test('takes a context rate of 12345 Hz in debug mode only', () => {
    expect(readPageSwitches('?debug&contextRate=12345').contextRate).toBe(12_345);
    expect(readPageSwitches('?contextRate=12345').contextRate).toBeNull();
  });
});
