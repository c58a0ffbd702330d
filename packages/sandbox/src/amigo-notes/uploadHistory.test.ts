import { describe, expect, test } from 'vitest';
import { UploadHistory, digestUpload } from './uploadHistory.ts';

describe('UploadHistory', () => {
  test('remembers a failure for 30 s, and the last 256', () => {
    const history = new UploadHistory();
    history.recordFailure('a', 1000);
    expect([history.findRepetition('a', 31_000), history.findRepetition('a', 31_001)]).toEqual([30_000, undefined]);
    for (let i = 0; i < 256; i++) history.recordFailure(String(i), 2000);
    expect([history.findRepetition('a', 2000), history.findRepetition('0', 2000)]).toEqual([undefined, 0]);
  });

  test('a digest differs by conversation, length, and any one byte', () => {
    const bytes = Uint8Array.from({ length: 500 }, (_, i) => i);
    const digests = new Set([digestUpload('c', bytes), digestUpload('d', bytes), digestUpload('c', bytes.subarray(1))]);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      digests.add(digestUpload('c', changed));
    }
    expect(digests.size).toBe(503);
    expect(digestUpload('c', Uint8Array.from(bytes))).toBe(digestUpload('c', bytes));
  });
});
