import { expect, test } from 'vitest';
import { browserPath } from './browser.ts';

test('the browser is the one that VOICEWIRE_BROWSER names; unset or empty, it is an error', () => {
  expect(browserPath({ VOICEWIRE_BROWSER: '/usr/bin/chromium' })).toBe('/usr/bin/chromium');
  for (const environment of [{}, { VOICEWIRE_BROWSER: '' }]) {
    expect(() => browserPath(environment)).toThrow('VOICEWIRE_BROWSER names no browser');
  }
});
