import { describe, expect, test } from 'vitest';
import { ANNA, KEY, start } from '../../test/vendorRig.ts';
import { Refusal, refusalCodeOf } from '../refusals.ts';
import { voiceApiTokens } from './voiceApi.ts';

describe('voiceApiTokens', () => {
  test('asks for a token each time, gives what a client needs of the answer, and relays nothing', async () => {
    const answer = { token: 'eyJ0', ws_url: 'wss://voice.example/ws', extra: KEY };
    const { started, calls } = start(voiceApiTokens({ apiUrl: 'https://voice.example', apiKey: KEY }), answer);
    const request = { grant: ANNA, socketUrl: '', mint: () => ({ token: 'minted', expiresEpochMs: 0 }) };
    for (let i = 0; i < 2; i++)
      expect(await started.issueCredentials(request)).toEqual({ token: 'eyJ0', ws_url: 'wss://voice.example/ws' });
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ method: 'POST', headers: { Authorization: `Bearer ${KEY}` } });
    expect(started.relayed).toBeUndefined();
  });
});

test('a refusal is known by its code, and nothing else is kept of what was thrown', () => {
  expect(refusalCodeOf(new Refusal('not-allowed'), 'vendor-unavailable')).toBe('not-allowed');
  expect(refusalCodeOf(new Error(KEY), 'vendor-unavailable')).toBe('vendor-unavailable');
});
