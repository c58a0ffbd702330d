import { describe, expect, test } from 'vitest';
import { describeSpeech, EVENT_TEXTS, formatMs, isWorthLogging } from './eventText.ts';

describe('The log', () => {
  test.each([
    [0, '0 ms'],
    [0.04, '0.0 ms'],
    [3.14159, '3.1 ms'],
    [9.949, '9.9 ms'],
    [9.96, '10 ms'],
    [123.5, '124 ms'],
  ])('writes %d ms as "%s"', (durationMs, text) => {
    expect(formatMs(durationMs)).toBe(text);
  });

  test('tells how long after its packet an agent utterance was heard, and for how long', () => {
    const event = { receivedMs: 1000, decodedMs: 1001, jitterOutMs: 1052.5, audibleMs: 1092.5 };
    expect(EVENT_TEXTS.agentSpeechStarted(event)).toBe('heard 93 ms after its packet arrived');
    expect(describeSpeech(2345)).toBe('heard for 2.35 s');
  });

  test('tells the reason of an end with the word the server had for it', () => {
    expect(EVENT_TEXTS.disconnected({ code: 'user', isRetryable: true })).toBe('user');
    const event = { code: 'unknown', isRetryable: true, vendorReason: 'unplugged' } as const;
    expect(EVENT_TEXTS.disconnected(event)).toBe('unknown (unplugged)');
  });

  test('shows text messages and leaves out the hundred audio messages a second', () => {
    expect(isWorthLogging('{"type":"agent_ready"}')).toBe(true);
    expect(isWorthLogging('[audio 640 bytes]')).toBe(false);
    expect(isWorthLogging('{"type":"server.new-message","message":"… (4478 characters)')).toBe(false);
  });
});
