import type { Capabilities, OutboundMessage } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fakeClock.ts';
import { Outbox } from './outbox.ts';

const VOICE = {
  maxMessageRate: null,
  uplinkAudio: { encoding: 'pcm-s16le', sampleRate: 16_000 },
  uplinkMessageMs: 20,
  uplinkFraming: 'binary',
} as const;

function createOutbox(capabilities: Partial<Capabilities> = {}) {
  const clock = new FakeClock(0);
  const sent: string[] = [];
  const socket = { bufferedBytes: 0 };
  const outbox = new Outbox({ ...VOICE, ...capabilities } as Capabilities, {
    clock,
    write: ({ payload }) => sent.push(`${clock.nowMs()} ${payload as string}`),
    bufferedBytes: () => socket.bufferedBytes,
  });
  return { clock, sent, socket, outbox };
}

const control = (payload: string): OutboundMessage => ({ kind: 'control', payload, redacted: payload });

describe('Outbox', () => {
  test('sends at once where the vendor names no rate', () => {
    const { outbox, sent, clock } = createOutbox();
    for (const n of ['a', 'b', 'c']) outbox.send(control(n));
    expect(sent).toEqual(['0 a', '0 b', '0 c']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('holds control messages back until the rate allows them, in order, and drops none', async () => {
    const { outbox, sent, clock } = createOutbox({ maxMessageRate: { messageCount: 2, windowMs: 1000 } });
    for (const n of ['a', 'b', 'c', 'd', 'e']) outbox.send(control(n));
    expect(sent).toEqual(['0 a', '0 b']);
    expect(outbox.canSendAudio).toBe(false);
    await clock.advance(3000);
    expect(sent).toEqual(['0 a', '0 b', '1000 c', '1000 d', '2000 e']);
    expect(outbox.canSendAudio).toBe(true);
  });

  test('gives a receipt when a message leaves, and those of what never left when it is closed, in order', async () => {
    const { outbox, clock } = createOutbox({ maxMessageRate: { messageCount: 2, windowMs: 1000 } });
    const told: string[] = [];
    for (const n of ['a', 'b', 'c', 'd', 'e']) outbox.send(control(n), (wasSent) => told.push(`${n} ${wasSent}`));
    expect(told).toEqual(['a true', 'b true']);
    await clock.advance(1000);
    expect(told).toEqual(['a true', 'b true', 'c true', 'd true']);
    for (const receipt of outbox.close()) receipt(false);
    outbox.send(control('f'), (wasSent) => told.push(`f ${wasSent}`));
    expect(told.slice(4)).toEqual(['e false', 'f false']);
  });

  test('audio waits while the socket holds 60 ms of it, in bytes of the vendor’s framing', () => {
    const binary = createOutbox();
    binary.socket.bufferedBytes = 1919;
    expect(binary.outbox.canSendAudio).toBe(true);
    binary.socket.bufferedBytes = 1920;
    expect(binary.outbox.canSendAudio).toBe(false);
    const base64 = createOutbox({ uplinkFraming: 'base64-json', uplinkMessageMs: 60 });
    base64.socket.bufferedBytes = 2600;
    expect(base64.outbox.canSendAudio).toBe(true);
    base64.socket.bufferedBytes = 2700;
    expect(base64.outbox.canSendAudio).toBe(false);
  });

  test('has room for 256 waiting messages; closed, it holds nothing and leaves no timer', () => {
    const { outbox, sent, clock } = createOutbox({ maxMessageRate: { messageCount: 1, windowMs: 1000 } });
    for (let n = 0; n < 257; n++) {
      expect(outbox.hasRoom).toBe(true);
      outbox.send(control(String(n)));
    }
    expect(outbox.hasRoom).toBe(false);
    outbox.close();
    outbox.send(control('late'));
    expect(clock.pendingTimers).toBe(0);
    expect(sent).toEqual(['0 0']);
  });
});
