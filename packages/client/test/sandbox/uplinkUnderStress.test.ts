import { describe, expect, test } from 'vitest';
import type { SocketConnector } from '../../src/index.ts';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

/** What crossed the line between client and network, and when. */
interface Line {
  readonly dialledMs: number[];
  readonly closedMs: number[];
  /** Audio messages of the attempt with that number, counted from 0. */
  readonly audio: { readonly attempt: number; readonly atMs: number; readonly bytes: number }[];
}

/** A conversation with somebody at the socket who notes down what leaves. */
async function connectWatched(options: ConversationOptions): Promise<Conversation & { readonly line: Line }> {
  const line: Line = { dialledMs: [], closedMs: [], audio: [] };
  const conversation = await createConversation({
    ...options,
    tap({ ports, options: made }) {
      const { clock } = ports;
      const sockets: SocketConnector = {
        connect(request, handlers) {
          const attempt = line.dialledMs.push(clock.nowMs()) - 1;
          const socket = ports.sockets.connect(request, {
            ...handlers,
            onOpen: () => handlers.onOpen(),
            onMessage: (message) => handlers.onMessage(message),
            onAlive: () => handlers.onAlive(),
            onClose(close) {
              line.closedMs.push(clock.nowMs());
              handlers.onClose(close);
            },
          });
          return {
            send(message) {
              if (typeof message !== 'string') {
                line.audio.push({ attempt, atMs: clock.nowMs(), bytes: message.byteLength });
              }
              socket.send(message);
            },
            close: (...how) => socket.close(...how),
            get bufferedAmountBytes() {
              return socket.bufferedAmountBytes;
            },
          };
        },
      };
      return { ports: { ...ports, sockets }, options: made };
    },
  });
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return Object.defineProperty(conversation, 'line', { value: line }) as Conversation & { readonly line: Line };
}

/** The most messages that left within any 100 ms. */
function densest100Ms(audio: Line['audio']): number {
  let most = 0;
  for (const [index, { atMs }] of audio.entries()) {
    let count = 0;
    for (let later = index; (audio[later]?.atMs ?? Infinity) < atMs + 100; later++) count += 1;
    most = Math.max(most, count);
  }
  return most;
}

const onFirst = (query: string): Pick<ConversationOptions, 'addressOf'> => ({
  addressOf: (url, attempt) => (attempt === 0 ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url),
});

describe('a server that stops reading for 5 s', () => {
  test('gets twice the steady rate at most in any 100 ms afterwards, in messages of the normal size, all accounted for', async () => {
    const conversation = await connectWatched(onFirst('impair=stopReadingAtMs=3000,stopReadingForMs=5000'));
    const { clock, session, line } = conversation;
    await clock.advance(20_000);
    expect(session.status).toBe('connected');
    // 20 ms messages: five in 100 ms is the steady rate.
    expect(densest100Ms(line.audio)).toBeLessThanOrEqual(10);
    expect(line.audio.every(({ bytes }) => bytes === 640)).toBe(true);
    await settle(clock, session.disconnect());
    const { uplink, input } = session.stats();
    if (uplink === null) throw new Error('There was no uplink.');
    const { passedFrames, droppedBeforeOpenFrames, congestedFrames, lostFrames } = uplink;
    expect(passedFrames + droppedBeforeOpenFrames + congestedFrames + lostFrames).toBe(input.framesCount);
    const congested = conversation.eventsOf('congested').reduce((sum, { droppedMs }) => sum + droppedMs, 0);
    const lost = conversation.eventsOf('speechLost').reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(congested).toBe(congestedFrames * 20);
    expect(lost).toBe(lostFrames * 20);
  });
});

describe('a connection that is reset in mid-turn', () => {
  test('is noticed in the same instant, and audio leaves again one handshake and at most 50 ms later', async () => {
    const conversation = await connectWatched({ ...onFirst('impair=resetAtMs=4000'), delayMs: 20 });
    const { clock, session, line } = conversation;
    await clock.advance(6_000);
    expect(session.status).toBe('connected');
    const lostMs = conversation.events.find(
      ({ name, event }) => name === 'statusChanged' && (event as { status: string }).status === 'reconnecting',
    )?.atMs;
    expect(lostMs).toBe(line.closedMs[0]);
    const firstAudioMs = (wanted: number): number => line.audio.find(({ attempt }) => attempt === wanted)?.atMs ?? NaN;
    const handshakeMs = firstAudioMs(0) - (line.dialledMs[0] ?? 0);
    const backMs = firstAudioMs(1) - (lostMs ?? 0);
    expect(handshakeMs).toBeGreaterThan(20);
    expect(backMs).toBeLessThanOrEqual(handshakeMs + 50);
    // What was said in the gap is caught up at twice real time at most.
    expect(densest100Ms(line.audio)).toBeLessThanOrEqual(10);
    expect(conversation.eventsOf('speechLost')).toEqual([]);
    await settle(clock, session.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });

  test('half-open is found within 2.5 s while the user talks', async () => {
    const conversation = await connectWatched(onFirst('impair=half-open'));
    const { clock, session } = conversation;
    await clock.advance(10_000);
    expect(session.status).toBe('connected');
    const reconnecting = conversation.events.find(
      ({ name, event }) => name === 'statusChanged' && (event as { status: string }).status === 'reconnecting',
    );
    const diedMs = 1_000_000 + 2_000;
    expect((reconnecting?.atMs ?? Infinity) - diedMs).toBeLessThanOrEqual(2_500);
    await settle(clock, session.disconnect());
  });
});
