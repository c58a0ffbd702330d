import { loadDsp } from '@voicewire/dsp-wasm';
import {
  assertAtLeast,
  assertNear,
  assertSameSamples,
  createSeededRandom,
  findBestCorrelation,
  makeSpeechLike,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

const WIRE_RATE = 16_000;

/** Speech, exact in 16 bits. Adding 0 turns −0, which 16 bits do not have, into 0. */
function makeUtterance(seed: number, sampleRate = WIRE_RATE): Float32Array {
  const speech = makeSpeechLike({ random: createSeededRandom(seed), sampleRate, durationMs: 1_200, noiseRatio: 0 });
  return speech.map((value) => Math.round(value * 32_768) / 32_768 + 0);
}

/** Waits for the agent to speak, and to have been silent for a second after it. */
async function hearAgentOut({ clock, session }: Conversation): Promise<void> {
  expect(await clock.advanceUntil(() => session.agentState === 'speaking', 30_000), 'the agent speaks').toBe(true);
  for (let silentMs = 0; silentMs < 1_000; silentMs = session.agentState === 'speaking' ? 0 : silentMs + 10)
    await clock.advance(10);
}

/** Connects, is greeted, speaks once, is answered, hangs up. */
async function converse(
  options: ConversationOptions = {},
): Promise<{ conversation: Conversation; utterance: Float32Array; spokenAt: number }> {
  const conversation = await createConversation(options);
  const { clock, session, microphone } = conversation;
  expect(await settle(clock, session.connect())).toBeUndefined();
  await hearAgentOut(conversation);
  const utterance = makeUtterance(9, options.microphoneRate);
  const { firstSampleIndex } = microphone.say(utterance);
  await hearAgentOut(conversation);
  expect(await settle(clock, session.disconnect())).toBeUndefined();
  await clock.advance(2_000);
  return { conversation, utterance, spokenAt: firstSampleIndex };
}

describe('a conversation in one process on virtual time', () => {
  test('what the sandbox hears is what the microphone captured, and what is played is what the agent sent, sample by sample', async () => {
    const { conversation, utterance } = await converse();
    const [connection] = conversation.sandbox.ledger.connections;
    if (connection === undefined) throw new Error('The ledger has no connection.');
    const received = connection.receivedPcm();
    const stats = conversation.session.stats();

    const { lagSamples } = findBestCorrelation(utterance, received);
    const heard = Float32Array.from(
      received.subarray(lagSamples, lagSamples + utterance.length),
      (value) => value / 32_768,
    );
    assertSameSamples('uplink', heard, utterance);
    expect(received.length).toBe((stats.uplink?.passedFrames ?? 0) * 320);
    expect(stats.input.framesCount).toBe(
      (stats.uplink?.passedFrames ?? 0) + (stats.uplink?.droppedBeforeOpenFrames ?? 0),
    );

    const sent = Float32Array.from(connection.sentPcm(), (value) => value / 32_768);
    expect(sent.length).toBe(stats.output.writtenSamples);
    expect(stats.output.underrunCount).toBe(0);
    const sentSpeech = sent.filter((value) => value !== 0);
    const playedSpeech = conversation.played().filter((value) => value !== 0);
    expect(sentSpeech.length).toBeGreaterThan(WIRE_RATE);
    assertSameSamples('downlink', playedSpeech, sentSpeech);
  });

  test('the sandbox records no violation, and nothing is left running', async () => {
    const { conversation } = await converse();
    expect(conversation.sandbox.ledger.violations).toEqual([]);
    expect(conversation.clock.pendingTimers).toBe(0);
    expect(conversation.session.status).toBe('disconnected');
    expect(conversation.sandbox.ledger.connections[0]?.close).toMatchObject({ code: 1000 });
    expect(conversation.eventsOf('disconnected')).toEqual([{ code: 'user', isRetryable: true }]);
    expect(conversation.eventsOf('error')).toEqual([]);
  });

  test('status and agent state go their way once each', async () => {
    const { conversation } = await converse();
    expect(conversation.eventsOf('statusChanged').map(({ status }) => status)).toEqual([
      'connecting',
      'connected',
      'disconnecting',
      'disconnected',
    ]);
    expect(conversation.eventsOf('agentStateChanged').map(({ agentState }) => agentState)).toEqual([
      'listening',
      'speaking',
      'listening',
      'speaking',
      'listening',
      'idle',
    ]);
  });

  test('the same seed gives the same conversation, event for event', async () => {
    const [first, second] = [await converse(), await converse()];
    expect(second.conversation.events).toEqual(first.conversation.events);
  });

  test.each([8_000, 22_050, 24_000, 44_100, 48_000, 96_000])(
    'a microphone at %d Hz is heard at 16 kHz, correlation 0.95 or more',
    async (microphoneRate) => {
      const { conversation, utterance } = await converse({ microphoneRate });
      const received = conversation.sandbox.ledger.connections[0]?.receivedPcm() ?? new Int16Array(0);
      const dsp = await loadDsp();
      const resampler = dsp.createResampler({ inputSampleRate: microphoneRate, outputSampleRate: WIRE_RATE });
      const reference: number[] = [];
      for (let i = 0; i < utterance.length; i += 4_000)
        reference.push(...resampler.process(utterance.subarray(i, i + 4_000)));
      const { correlation } = findBestCorrelation(Float32Array.from(reference), received);
      assertAtLeast('correlation', correlation, 0.95, '');
      expect(conversation.sandbox.ledger.violations).toEqual([]);
    },
  );

  test('instants of a turn are in order on the session clock, whatever the devices call their time', async () => {
    for (const skew of [
      { offsetMs: 0, driftPpm: 0 },
      { offsetMs: 40, driftPpm: 200 },
      { offsetMs: 25, driftPpm: -200 },
    ]) {
      const { conversation } = await converse({ skew, delayMs: 15 });
      const turns = conversation.eventsOf('agentSpeechStarted');
      expect(turns.length).toBe(2);
      for (const { receivedMs, decodedMs, jitterOutMs, audibleMs } of turns) {
        expect(decodedMs).toBeGreaterThanOrEqual(receivedMs);
        expect(jitterOutMs).toBeGreaterThan(decodedMs);
        expect(audibleMs).toBeGreaterThanOrEqual(jitterOutMs);
        // The cushion is 60 ms; blocks of 10 ms, the first frame's quiet begin and the skew of the test add to it.
        expect(jitterOutMs - receivedMs).toBeLessThan(60 + 10 + 20 + 45);
      }
    }
  });

  test('capture to wire is measured from the capture of the last sample: 10 ms blocks give 0 to 10 ms, not a skew of 500', async () => {
    const { conversation } = await converse({ skew: { offsetMs: 500, driftPpm: 100 } });
    const { captureToWireMs } = conversation.session.exportReport();
    const live = captureToWireMs.slice(60);
    expect(live.length).toBeGreaterThan(100);
    for (const ms of live) assertNear('capture to wire', ms, 5, 6, 'ms');
  });

  test('muted speech reaches the sandbox as silence, in the same steady cadence', async () => {
    const conversation = await createConversation();
    const { clock, session, microphone, sandbox } = conversation;
    await settle(clock, session.connect());
    await clock.advanceUntil(() => conversation.eventsOf('agentSpeechEnded').length === 1, 30_000);
    session.setMicMuted(true);
    const from = sandbox.ledger.connections[0]?.receivedPcm().length ?? 0;
    microphone.say(makeUtterance(4));
    await clock.advance(2_000);
    const received = sandbox.ledger.connections[0]?.receivedPcm().subarray(from) ?? new Int16Array(0);
    expect(received.length).toBe(2 * WIRE_RATE);
    expect(received.every((value) => value === 0)).toBe(true);
    expect(session.getInputLevel()).toBe(0);
    await settle(clock, session.disconnect());
    expect(sandbox.ledger.violations).toEqual([]);
  });

  test('interrupt silences the agent within 5 ms and the rest of the reply is never heard', async () => {
    const conversation = await createConversation();
    const { clock, session } = conversation;
    await settle(clock, session.connect());
    await clock.advanceUntil(() => conversation.eventsOf('agentSpeechStarted').length === 1, 30_000);
    await clock.advance(300);
    session.interrupt();
    const heardSamples = conversation.played().filter((value) => value !== 0).length;
    await clock.advance(200);
    const [interrupted] = conversation.eventsOf('interrupted');
    if (interrupted === undefined) throw new Error('No interrupted event.');
    // 5 ms of fade, and the 10 ms block the virtual speaker was playing.
    expect(interrupted.silentMs - interrupted.requestedMs).toBeLessThanOrEqual(15);
    const heardAfter = conversation.played().filter((value) => value !== 0).length - heardSamples;
    expect(heardAfter).toBeLessThanOrEqual(0.016 * WIRE_RATE);
    await settle(clock, session.disconnect());
  });

  test('first words spoken while connecting are kept: 500 ms of pre-roll arrive in front', async () => {
    const conversation = await createConversation({ sandbox: { voiceApi: { connectedDelayMs: 400 } } });
    const { clock, session, microphone, sandbox } = conversation;
    const utterance = makeUtterance(6);
    microphone.say(utterance);
    await settle(clock, session.connect());
    await clock.advance(3_000);
    const received = Float32Array.from(sandbox.ledger.connections[0]?.receivedPcm() ?? [], (value) => value / 32_768);
    assertSameSamples('first words', received.subarray(0, utterance.length), utterance);
    await settle(clock, session.disconnect());
    expect(sandbox.ledger.violations).toEqual([]);
  });
});
