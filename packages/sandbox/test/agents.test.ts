import { assertAtLeast, assertAtMost, assertNear, findBestCorrelation, measureRmsDb } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AgentContext, Utterance } from '../src/core.ts';
import { conversation, speaker } from '../src/core.ts';
import { TEXT, createAmigoRig, piecesOf } from './support/amigoRig.ts';
import { NotesClient } from './support/notesClient.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';

/** Texts of everything the agent said, in order. */
const said = (rig: ReturnType<typeof createRig>): string[] => rig.record.lines.map(({ text }) => text);

function toFloat(pcm: Int16Array): Float32Array {
  return Float32Array.from(pcm, (sample) => sample / 32_768);
}

describe('conversation', () => {
  test('greets 250 ms after agent_ready in audible speech, then is silent until the user has spoken', () => {
    const rig = createRig({ agent: 'conversation' });
    const client = rig.connectClient();
    client.keepSilent(9000);
    const ready = client.received.find(({ data }) => data === '{"type":"agent_ready"}');
    expect((client.audio[0]?.atMs ?? 0) - (ready?.atMs ?? 0)).toBe(250);
    expect(said(rig).length).toBe(1);
    assertAtLeast('level of the greeting', measureRmsDb(toFloat(client.heardPcm)), -30, 'dB');
    assertAtLeast('length of the greeting', client.heardPcm.length / 16, 2000, 'ms');
  });

  test('answers 150 ms after the end of the turn, with the length and level that were measured', () => {
    const rig = createRig({ agent: 'conversation' });
    const client = rig.connectClient();
    client.keepSilent(9000);
    const before = client.audio.length;
    client.speak(makeUserSpeech(3000));
    // The longest answer that is right, 'three point one seconds …', takes over 7 s.
    client.keepSilent(10_000);
    const [utterance] = rig.record.utterances;
    assertNear('length heard', utterance?.durationMs ?? 0, 3000, 150, 'ms');
    expect(Math.round((client.audio[before]?.atMs ?? 0) - (utterance?.atMs ?? 0))).toBe(150);
    const reply = said(rig)[1] ?? '';
    expect(reply).toMatch(/(three|two point nine|three point one) seconds\./);
    expect(reply).toMatch(/minus twenty (four|five|six) decibels\. That is a good level\./);
  });

  test('says how quiet, how loud, how short', () => {
    const replyTo = (durationMs: number, amplitude: number): string => {
      const rig = createRig({ agent: conversation({ greetingDelayMs: 30_000, silenceMs: 0 }) });
      const client = rig.connectClient();
      client.keepSilent(500);
      client.speak(makeUserSpeech(durationMs, 1, amplitude));
      client.keepSilent(15_000);
      return said(rig)[0] ?? '';
    };
    expect(replyTo(2000, 0.02)).toContain('That is rather quiet.');
    expect(replyTo(400, 0.5)).toContain('That was short.');
    expect(replyTo(9000, 0.5)).toContain('That was a long one.');
  });

  test('six turns get six different answers; the same seed gives the same ones', () => {
    const talk = (): string[] => {
      const rig = createRig({ agent: 'conversation' });
      const client = rig.connectClient();
      client.keepSilent(8000);
      for (let turn = 0; turn < 6; turn++) {
        client.speak(makeUserSpeech(1500, turn));
        client.keepSilent(12_000);
      }
      expect(rig.verdicts).toEqual([]);
      return said(rig);
    };
    const lines = talk();
    expect(lines.length).toBe(1 + 6 * 2);
    const replies = lines.slice(1).filter((_, i) => i % 2 === 0);
    expect(new Set(replies).size).toBe(6);
    expect(talk()).toEqual(lines);
  });

  test('stops within 300 ms of the user barging in, with a fade, and says so afterwards', () => {
    const rig = createRig({ agent: 'conversation' });
    const client = rig.connectClient();
    client.keepSilent(2000);
    const bargedAtMs = rig.clock.nowMs();
    client.speak(makeUserSpeech(2000));
    const last = client.audio.at(-1);
    assertAtMost('stop after barge-in', (last?.atMs ?? 0) - bargedAtMs, 300, 'ms');
    assertAtLeast('talked until the barge-in', (last?.atMs ?? 0) - bargedAtMs, 0, 'ms');
    expect(Buffer.from(last?.bytes ?? []).readInt16LE(638)).toBe(0);
    const [greeting] = rig.record.lines;
    expect(greeting?.sentSamples).toBeLessThan(greeting?.lengthSamples ?? 0);
    client.keepSilent(12_000);
    expect(said(rig)[1]).toMatch(/^(You interrupted me, so I stopped|That was a clean interruption)\./);
  });

  test('60 ms of noise is no barge-in', () => {
    const rig = createRig({ agent: 'conversation' });
    const client = rig.connectClient();
    client.keepSilent(2000);
    client.speak(makeUserSpeech(180).subarray(0, 60 * 16));
    client.keepSilent(6000);
    expect(rig.record.lines[0]?.sentSamples).toBe(rig.record.lines[0]?.lengthSamples);
  });

  test('after 15 s of silence it asks, after 15 s more it counts to twenty, then it waits', () => {
    const rig = createRig({ agent: 'conversation' });
    const client = rig.connectClient();
    client.keepSilent(110_000);
    expect(said(rig).length).toBe(3);
    expect(said(rig)[1]).toMatch(/^Are you still there\?/);
    expect(said(rig)[2]).toMatch(/^one\. two\. .* twenty\. That was twenty\.$/);
  });

  test('with turnsUntilGoodbye 1 it says goodbye, hangs up when the last word has left, and closes with 1000', () => {
    const rig = createRig({ agent: conversation({ turnsUntilGoodbye: 1 }) });
    const client = rig.connectClient();
    client.keepSilent(8000);
    client.speak(makeUserSpeech(1000));
    client.keepSilent(15_000);
    expect(client.texts.at(-1)).toBe('{"type":"session_ended","reason":"agent_disconnected"}');
    expect(client.closes[0]).toMatchObject({ code: 1000, wasClean: true });
    const goodbye = rig.record.lines.at(-1);
    expect(goodbye?.text).toMatch(/Goodbye\.$/);
    expect(goodbye?.sentSamples).toBe(goodbye?.lengthSamples);
    const ended = client.received.findLast(({ data }) => typeof data === 'string');
    expect((ended?.atMs ?? 0) - (client.audio.at(-1)?.atMs ?? 0)).toBe(20);
  });

  test('leaves no timer behind when the client goes, whatever it was doing', () => {
    for (const ms of [0, 100, 400, 3000, 9000, 30_000]) {
      const rig = createRig({ agent: 'conversation' });
      const client = rig.connectClient();
      client.keepSilent(ms);
      client.speak(makeUserSpeech(300));
      client.close();
      rig.clock.advanceMs(100);
      const frames = rig.record.counters.framesOut;
      rig.clock.advanceMs(200_000);
      expect(rig.record.counters.framesOut).toBe(frames);
      expect(rig.clock.pendingTimerCount, `timers left after ${ms} ms`).toBe(0);
    }
  });
});

describe('echo', () => {
  test('plays the utterance back sample by sample, with 200 ms before and after it', () => {
    const rig = createRig({ agent: 'echo' });
    const client = rig.connectClient();
    client.keepSilent(1000);
    client.speak(makeUserSpeech(2000));
    client.keepSilent(4000);
    const [utterance] = rig.record.utterances;
    const from = (utterance?.startSample ?? 0) - 3200;
    const to = (utterance?.endSample ?? 0) + 3200;
    expect(client.heardPcm.subarray(0, to - from)).toEqual(rig.record.receivedPcm().subarray(from, to));
    assertNear('echo', to - from, 2400 * 16, 150 * 16, 'samples');
  });

  test('an echo is cut off by the next utterance, which is echoed in turn', () => {
    const rig = createRig({ agent: 'echo' });
    const client = rig.connectClient();
    client.speak(makeUserSpeech(3000));
    client.keepSilent(1000);
    client.speak(makeUserSpeech(1000, 2));
    client.keepSilent(4000);
    const [first, second] = rig.record.lines;
    expect(first?.sentSamples).toBeLessThan(first?.lengthSamples ?? 0);
    expect(second?.sentSamples).toBe(second?.lengthSamples);
  });

  test('of a megabyte of text the first 1,000 characters are read, to a whole word, by message and by note', async () => {
    const text = 'one two '.repeat(120_000);
    const wanted = `${'one two '.repeat(125).trim()} …`;

    const amigo = createAmigoRig({ agent: 'echo' });
    const client = amigo.converse({ query: TEXT }).idle(25_000).say(text).wait(20_000);
    expect(
      piecesOf(client)
        .map(({ message }) => message)
        .join(''),
    ).toBe(wanted);

    const rig = createRig({ agent: 'echo' });
    const notes = new NotesClient(rig.network, rig.clock);
    notes.signIn();
    const answer = notes.finish(notes.openText(notes.create(), text.slice(0, 400_000)));
    const said = answer.lines.filter(({ type }) => type === 'new-message').map(({ value }) => value['message']);
    expect(said.join('')).toBe(wanted);
  });
});

describe('speaker', () => {
  test('says its lines 500 ms apart whatever it hears, once', () => {
    const lines = [1000, 2000].map((height) => ({ text: `${height}`, pcm: new Int16Array(3200).fill(height) }));
    const rig = createRig({ agent: speaker({ lines }) });
    const client = rig.connectClient();
    client.speak(makeUserSpeech(10_000));
    expect(said(rig)).toEqual(['1000', '2000']);
    const times = client.audio.map(({ atMs }) => atMs);
    expect(times.length).toBe(20);
    // The first line's last frame takes its own 20 ms.
    expect((times[10] ?? 0) - (times[9] ?? 0)).toBe(520);
  });

  test('repeats when asked to', () => {
    const rig = createRig({ agent: speaker({ lines: ['Got it.'], pauseMs: 100, isRepeating: true }) });
    rig.connectClient().keepSilent(5000);
    expect(said(rig).length).toBeGreaterThan(5);
  });

  test('its default script is covered by the clips and lasts over 15 s', () => {
    const rig = createRig({ agent: 'speaker' });
    const client = rig.connectClient();
    client.keepSilent(60_000);
    expect(said(rig).length).toBe(4);
    assertAtLeast('speech', client.heardPcm.length / 16_000, 15, 's');
  });
});

describe('an agent of your own', () => {
  test('is told about the session in order, and may say audio and hang up', () => {
    const events: string[] = [];
    let heard: Utterance | undefined;
    const agent = (context: AgentContext) => ({
      opened: () => events.push(`opened, speaking ${context.isSpeaking}`),
      userSpeechStarted: () => events.push('started'),
      userSpeechEnded: (utterance: Utterance) => {
        heard = utterance;
        events.push('ended');
        context.say({ text: 'x', pcm: new Int16Array(1600).fill(500) });
        events.push(`speaking ${context.isSpeaking}`);
        context.hangUp();
        context.say({ text: 'too late', pcm: new Int16Array(1600) });
      },
      finishedSpeaking: () => events.push('finished'),
      closed: () => events.push('closed'),
    });
    const rig = createRig({ agent });
    const client = rig.connectClient();
    client.keepSilent(500);
    client.speak(makeUserSpeech(1000));
    client.keepSilent(3000);
    expect(events).toEqual(['opened, speaking false', 'started', 'ended', 'speaking true', 'closed']);
    expect(said(rig)).toEqual(['x']);
    const correlation = findBestCorrelation(toFloat(heard?.pcm ?? new Int16Array(0)), toFloat(makeUserSpeech(1000)));
    assertAtLeast('correlation of what it heard', correlation.correlation, 0.99, '');
  });
});

test('an unknown agent is invalid-option', () => {
  expect(() => createRig({ agent: 'robot' as 'echo' })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});
