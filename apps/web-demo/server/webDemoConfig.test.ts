import { describe, expect, test } from 'vitest';
import { readAccess } from './webDemoConfig.ts';

describe('readAccess', () => {
  test('takes the sandbox when nothing is set, or set to nothing', () => {
    expect(readAccess({})).toBeNull();
    expect(readAccess({ VOICEWIRE_API_URL: '', VOICEWIRE_API_KEY: '' })).toBeNull();
  });

  test('takes the server that is set', () => {
    const access = readAccess({ VOICEWIRE_API_URL: 'https://api.example', VOICEWIRE_API_KEY: 'secret' });
    expect(access).toEqual({ apiUrl: 'https://api.example', apiKey: 'secret' });
  });

  test('half a setting says which half is missing, without the key', () => {
    expect(() => readAccess({ VOICEWIRE_API_KEY: 'secret' })).toThrow(/VOICEWIRE_API_URL is not/);
    expect(() => readAccess({ VOICEWIRE_API_KEY: 'secret' })).not.toThrow(/secret/);
    expect(() => readAccess({ VOICEWIRE_API_URL: 'https://api.example' })).toThrow(/VOICEWIRE_API_KEY is not/);
  });
});
