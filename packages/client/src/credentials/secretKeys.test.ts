import { soca } from '@voicewire/protocol/soca';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { StateError } from '../errors.ts';
import { loadCredentials } from './loadCredentials.ts';
import { createSecretFilter } from './secretFilter.ts';
import { findSecretKey } from './secretKeys.ts';

const KEY = 'canary-key-9f8e7d6c5b4a';

describe('findSecretKey', () => {
  test.each([
    [{ privateKey: KEY, sessionId: 's' }, 'privateKey'],
    [{ token: 'eyJ0.e30.c2ln', api_key: KEY }, 'api_key'],
    [{ token: 'eyJ0.e30.c2ln', 'api-key': KEY }, 'api-key'],
    [{ clientSecret: KEY }, 'clientSecret'],
    [{ secret: KEY }, 'secret'],
    [{ password: KEY }, 'password'],
    [{ token: 'sk-live-123' }, 'token'],
    [{ token: 'sk_live_123' }, 'token'],
    [{ token: ' SK-proj-123' }, 'token'],
    [{ token: 'Bearer sk-123' }, 'token'],
    [{ token: 'rk_live_123' }, 'token'],
    [{ token: 'api-key-123' }, 'token'],
  ])('finds the key in %j', (given, field) => {
    expect(findSecretKey(given)).toBe(field);
  });

  test.each([
    [{ token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', ws_url: 'wss://voice.example/ws?sk-1' }],
    [{ relayUrl: 'wss://app.example/soca', token: 'eyJ2ZW5kb3IiOiJzb2NhIn0.sk-is-inside' }],
    [{ token: 'ek_123' }],
    [{ token: 'rt_123' }],
    [{ token: 'skating-lessons' }],
    [{ privateKey: '' }],
    [{ privateKey: undefined }],
    [null],
    ['sk-123'],
    [undefined],
  ])('finds none in %j', (given) => {
    expect(findSecretKey(given)).toBeUndefined();
  });
});

describe('loadCredentials in a page', () => {
  const keys = { privateKey: KEY, sessionId: 's-1' };
  const relayed = { relayUrl: 'wss://app.example/soca', token: 'eyJ0.c2ln' };
  afterEach(() => void vi.unstubAllGlobals());

  test('refuses a key, whether literal or from a function, and shows its field only', async () => {
    vi.stubGlobal('window', {});
    for (const credentials of [keys, () => keys, () => Promise.resolve({ ...relayed, apiKey: KEY })]) {
      const failure: unknown = await loadCredentials(soca({ agentId: 'a', credentials })).catch(
        (thrown: unknown) => thrown,
      );
      expect(failure).toBeInstanceOf(StateError);
      expect(failure).toMatchObject({ code: 'secret-in-browser', retryable: false });
      expect(JSON.stringify(failure) + (failure as Error).message).not.toContain(KEY);
    }
  });

  test('takes a relay’s token, and a key where it is told to', async () => {
    vi.stubGlobal('window', {});
    expect(await loadCredentials(soca({ agentId: 'a', credentials: relayed }))).toEqual(relayed);
    const vendor = soca({ agentId: 'a', credentials: keys });
    expect(await loadCredentials(vendor, { dangerouslyAllowBrowser: true })).toEqual(keys);
  });

  test('a server may have its keys', async () => {
    expect(await loadCredentials(soca({ agentId: 'a', credentials: keys }))).toEqual(keys);
  });
});

describe('createSecretFilter', () => {
  test('hides every secret field and what an address holds, and nothing else', () => {
    const hide = createSecretFilter({
      token: 'token-1234567',
      privateKey: KEY,
      sessionId: 'session-1234567',
      ws_url: 'wss://user:pass-word-1@voice.example/ws?ticket=ticket-1234567&x=1',
    });
    const shown = hide(`a token-1234567 ${KEY}${KEY} session-1234567 ticket-1234567 user:pass-word-1 voice.example`);
    expect(shown).toBe('a [redacted] [redacted][redacted] session-1234567 [redacted] [redacted] voice.example');
  });

  test('leaves nothing of a secret that holds another', () => {
    expect(createSecretFilter({ token: 'abcdefgh', key: 'xx-abcdefgh-yy' })('xx-abcdefgh-yy abcdefgh')).toBe(
      '[redacted] [redacted]',
    );
  });

  test.each([undefined, null, 'text', 7, {}, { token: 'short' }])('hides nothing of %j', (credentials) => {
    expect(createSecretFilter(credentials)('text short')).toBe('text short');
  });
});
