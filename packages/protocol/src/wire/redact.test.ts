// This file checks what is masked, what stays readable, and how much is shown.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeAudio, maskSecret, redactText } from './redact.ts';

describe('redactText', () => {
  test.each([
    '{"type":"connected"}',
    '{"type":"session_ended","reason":"agent_disconnected"}',
    '{"type":"error","code":"SESSION_SETUP_FAILED","message":"No agent is free, try again later"}',
    '{"type":"x","interaction_id":"65f0c2a19b7d4e0012ab34cd"}',
    '{"type":"client.start-conversation","service_id":"65f0c2a19b7d4e0012ab34cd"}',
    '{"type" : "client.continue-conversation"}',
    '{"type":"server.conversation-retrieved"}',
    '{"action":{"type":"navigate-state-machine-recall-state-dynamic-queries-generated"}}',
    'not JSON at all',
  ])('leaves %s readable', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test.each([
    ['{"token":"abc"}', '{"token":"[redacted]"}'],
    ['{"access_token" : "a\\"b", "n":1}', '{"access_token" : "[redacted]", "n":1}'],
    ['{"Api_Key":"k","apiKey":"k"}', '{"Api_Key":"[redacted]","apiKey":"[redacted]"}'],
    ['{"private_key":"k"', '{"private_key":"[redacted]"'],
    ['{"password":"cut off', '{"password":"[redacted]'],
    ['bad header: Bearer demo-key', 'bad header: Bearer [redacted]'],
    ['expired: eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', 'expired: [redacted]'],
    [`{"id":"${'f'.repeat(25)}"}`, '{"id":"[redacted]"}'],
    [
      '{"authorization":"k","x-auth":"k","auth_key":"k"}',
      '{"authorization":"[redacted]","x-auth":"[redacted]","auth_key":"[redacted]"}',
    ],
    // Only the name of a message's type may be long, and only where it stands: in small words with points or dashes between.
    ['{"name":"client.start-conversation"}', '{"name":"[redacted]"}'],
    ['{"type":"eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"}', '{"type":"[redacted]"}'],
    [`{"type":"${'f'.repeat(25)}"}`, '{"type":"[redacted]"}'],
    ['{"type":"client.start-conversation.4f9a"}', '{"type":"[redacted]"}'],
    ['{"type":"client.start-conversation', '{"type":"[redacted]'],
  ])('masks %s', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  test('shows 500 characters at most, and says how many there were', () => {
    expect(redactText('one two '.repeat(100))).toMatch(/^(one two ){62}one … \(800 characters\)$/);
  });

  test('leaves no part of a token that the cut goes through, wherever it goes through', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoiNyJ9.c2lnbmF0dXJl';
    const property = fc.property(fc.nat({ max: 600 }), (beforeCount) => {
      const shown = redactText(`${'. '.repeat(300).slice(0, beforeCount)} ${token} ${'end '.repeat(200)}`);
      expect(shown).not.toContain(token.slice(0, 4));
    });
    fc.assert(property, { numRuns: 600 });
  });

  test('masks 5,000,000 awkward characters within the time of a test', () => {
    for (const shape of ['"', '"token', '"token":"', '\\', 'a', ' ', 'bearer ', '"token":"\\']) {
      expect(redactText(shape.repeat(5_000_000 / shape.length)).length).toBeLessThanOrEqual(700);
    }
  });
});

describe('maskSecret', () => {
  test('masks every occurrence, and takes the secret literally', () => {
    expect(maskSecret('a.b a+b a.b', 'a.b')).toBe('[redacted] a+b [redacted]');
    expect(maskSecret('price: $&', '$&')).toBe('price: [redacted]');
  });
  test('leaves the text alone when there is no secret', () => {
    expect(maskSecret('text', '')).toBe('text');
  });
  test('masks before it cuts', () => {
    const masked = maskSecret(`${'x'.repeat(495)}SECRET-SECRET`, 'SECRET-SECRET');
    expect(masked).not.toContain('SECRET');
    expect(masked).toHaveLength(501);
  });
});

test('describeAudio tells the length and nothing else', () => {
  expect(describeAudio(new Uint8Array([83, 69, 67]))).toBe('[audio 3 bytes]');
});
