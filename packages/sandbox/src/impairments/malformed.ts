// This file lists messages that no protocol has: what a client must get over without a crash.

/** Texts that are no JSON or none that fits, and bytes that are no audio. Each is small; depth and length are what counts. */
export const MALFORMED_MESSAGES: readonly (string | Uint8Array)[] = [
  '',
  '{',
  '{"type":',
  'null',
  '[]',
  '"type"',
  'not JSON at all',
  '{"type":42}',
  '{"type":null,"audio":[]}',
  '{"type":"x","type":"y"}',
  '{"__proto__":{"polluted":true},"type":"constructor"}',
  '{"type":"\\ud800 lone"}',
  `{"type":"nul\\u0000"}`,
  `${'['.repeat(64)}${']'.repeat(64)}`,
  `{"type":"long","value":"${'x'.repeat(10_000)}"}`,
  new Uint8Array(0),
  Uint8Array.of(0xff),
  Uint8Array.of(0x00, 0xff, 0x00),
];
