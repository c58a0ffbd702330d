import { describe, expect, test } from 'vitest';
import { PacketLog } from './packetLog.ts';

describe('PacketLog', () => {
  test('finds the packet of a sample and forgets what was before', () => {
    const log = new PacketLog();
    for (let i = 0; i < 10; i++)
      log.add({ startSample: i * 320, endSample: (i + 1) * 320, receivedMs: i * 20, decodedMs: i * 20 + 1 });
    expect(log.take(640)?.receivedMs).toBe(40);
    expect(log.take(959)?.receivedMs).toBe(40);
    expect(log.take(0)).toBeUndefined();
    expect(log.take(3_199)?.receivedMs).toBe(180);
    expect(log.take(3_200)).toBeUndefined();
  });
});
