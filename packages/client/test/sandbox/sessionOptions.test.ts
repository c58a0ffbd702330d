import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { SessionOptions, SessionStats } from '../../src/index.ts';
import { createConversation, settle, type Conversation } from './conversation.ts';

async function connect(
  extra: Partial<SessionOptions>,
  vendor?: Parameters<typeof createConversation>[0],
): Promise<Conversation> {
  const conversation = await createConversation({
    ...vendor,
    tap: ({ ports, options }) => ({ ports, options: { ...options, ...extra } }),
  });
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return conversation;
}

const speech = (durationMs: number) =>
  makeSpeechLike({ random: createSeededRandom(3), sampleRate: 16_000, durationMs, noiseRatio: 0 });

describe('bargeIn', () => {
  test('stops the agent once the user has talked over it for 200 ms, and the rest of the reply is not heard', async () => {
    const conversation = await connect({ bargeIn: {} });
    const { clock, session, microphone } = conversation;
    await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
    const saidMs = clock.nowMs();
    microphone.say(speech(1_500));
    expect(await clock.advanceUntil(() => session.agentState === 'listening', 3_000)).toBe(true);
    const [interrupted] = conversation.eventsOf('interrupted');
    // The test's speech begins softly: its first frame of speech comes some frames in.
    expect((interrupted?.requestedMs ?? Infinity) - saidMs).toBeGreaterThanOrEqual(200);
    expect((interrupted?.requestedMs ?? Infinity) - saidMs).toBeLessThanOrEqual(600);
    await clock.advance(1_000);
    expect(conversation.eventsOf('interrupted').length).toBe(1);
    await settle(clock, session.disconnect());
  });

  test('is not ours by default, and does not hear a muted microphone', async () => {
    for (const [extra, isMuted] of [
      [{}, false],
      [{ bargeIn: {} }, true],
    ] as const) {
      const { clock, session, microphone, eventsOf } = await connect(extra);
      session.setMicMuted(isMuted);
      await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
      microphone.say(speech(1_000));
      await clock.advance(1_000);
      expect(eventsOf('interrupted')).toEqual([]);
      await settle(clock, session.disconnect());
    }
  });
});

describe('listeners as options', () => {
  test('hear what their event says, levels when they change and figures every second', async () => {
    const statuses: string[] = [];
    const levels: number[] = [];
    const figures: SessionStats[] = [];
    const { clock, session, microphone } = await connect({
      onStatusChanged: ({ status }) => statuses.push(status),
      onLevelChanged: ({ inputLevel }) => levels.push(inputLevel),
      onStatsUpdated: (stats) => figures.push(stats),
    });
    microphone.say(speech(2_000));
    await clock.advance(3_000);
    await settle(clock, session.disconnect());
    expect(statuses).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected']);
    expect(Math.max(...levels)).toBeGreaterThan(0.3);
    expect(levels.length).toBeLessThanOrEqual(30);
    expect(figures.length).toBe(3);
    expect(figures.at(-1)?.input.framesCount).toBe(150);
  });

  test('of wrong options are refused before anything is opened', async () => {
    for (const extra of [
      { vad: { threshold: 2 } },
      { bargeIn: { minSpeechMs: -1 } },
      { reconnect: { maxAttempts: NaN } },
    ]) {
      const made = createConversation({ tap: ({ ports, options }) => ({ ports, options: { ...options, ...extra } }) });
      await expect(made).rejects.toMatchObject({ code: 'invalid-option' });
    }
  });
});

describe('a call on hold', () => {
  test('is silent both ways, stays up, and goes on as it was', async () => {
    const { clock, session, microphone, sandbox, played } = await connect({});
    session.setVolume(0.5);
    await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
    session.setOnHold(true);
    await clock.advance(50);
    const from = { heard: sandbox.ledger.connections[0]?.receivedPcm().length ?? 0, played: played().length };
    microphone.say(speech(1_000));
    await clock.advance(1_000);
    const heard = sandbox.ledger.connections[0]?.receivedPcm().subarray(from.heard) ?? new Int16Array(1).fill(1);
    expect(heard.length).toBe(16_000);
    expect(heard.every((sample) => sample === 0)).toBe(true);
    expect(
      played()
        .subarray(from.played)
        .every((sample) => sample === 0),
    ).toBe(true);
    expect(session.isMicMuted).toBe(false);
    session.setOnHold(false);
    microphone.say(speech(1_000));
    await clock.advance(1_000);
    expect(
      sandbox.ledger.connections[0]
        ?.receivedPcm()
        .subarray(-8_000)
        .some((sample) => sample !== 0),
    ).toBe(true);
    await settle(clock, session.disconnect());
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('releaseMicrophone', () => {
  test('lets the device go while muted, in the same cadence for a vendor that needs it, and takes it back', async () => {
    const { clock, session, microphone, sandbox } = await connect({ releaseMicrophone: true });
    await clock.advance(1_000);
    session.setMicMuted(true);
    await clock.advance(100);
    const from = sandbox.ledger.connections[0]?.receivedPcm().length ?? 0;
    microphone.say(speech(500));
    await clock.advance(2_000);
    expect((sandbox.ledger.connections[0]?.receivedPcm().length ?? 0) - from).toBe(32_000);
    session.setMicMuted(false);
    await clock.advance(100);
    microphone.say(speech(1_000));
    await clock.advance(1_000);
    expect(
      sandbox.ledger.connections[0]
        ?.receivedPcm()
        .subarray(-8_000)
        .some((sample) => sample !== 0),
    ).toBe(true);
    await settle(clock, session.disconnect());
    expect(sandbox.ledger.violations).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('finish()', () => {
  test('completes a conversation of Amigo through the handshake of its turn detection; the next one is new', async () => {
    const conversation = await connect({}, { vendor: { id: 'amigo' } });
    const { clock, session, sandbox } = conversation;
    await clock.advance(4_000);
    expect(await settle(clock, session.finish())).toBeUndefined();
    expect(await clock.advanceUntil(() => session.status === 'disconnected', 20_000)).toBe(true);
    expect(conversation.eventsOf('disconnected')).toMatchObject([{ code: 'client-ended' }]);
    expect(await settle(clock, session.connect())).toBeUndefined();
    await clock.advance(2_000);
    await settle(clock, session.disconnect());
    await clock.advance(1_000);
    expect(sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
