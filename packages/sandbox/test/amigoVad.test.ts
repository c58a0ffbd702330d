import { describe, expect, test } from 'vitest';
import type { AmigoServerOptions } from '../src/amigo/options.ts';
import { PCM_CONFIG, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

const speech = makeUserSpeech(1200);
const QUIET: AmigoServerOptions = { greetingDelayMs: 'never' };

function begin(amigo: AmigoServerOptions = {}) {
  const rig = createAmigoRig({ agent: 'conversation', amigo: { ...QUIET, ...amigo } });
  return { rig, client: rig.converse() };
}

/** A client that has been listened to for 300 ms. */
function listen(amigo: AmigoServerOptions = {}) {
  const { rig, client } = begin(amigo);
  return { rig, client: client.switchVad(true).keepSilent(300, PCM_CONFIG) };
}

/** The same with an agent that is in the middle of a long answer. */
function listenToAnswer(amigo: AmigoServerOptions = {}) {
  const { rig, client } = listen(amigo);
  client.speak(speech).keepSilent(3000);
  const [piece] = client.all('server.new-message');
  if (piece === undefined) throw new Error('The agent said nothing.');
  return { rig, client, interactionId: piece.interaction_id };
}

describe('a right conversation with turn detection', () => {
  test('is heard, reported in seconds and answered; silence is no breach', () => {
    const { rig, client } = listen();
    client.speak(speech).keepSilent(12_000);
    expect(client.types.slice(1)).toEqual([
      'vad-mode-switched',
      'vad-speech-started',
      'vad-speech-ended',
      'new-message',
      'interaction-complete',
    ]);
    const [started] = client.all('server.vad-speech-started');
    const [ended] = client.all('server.vad-speech-ended');
    expect(Math.abs((started?.start ?? 0) - 0.3)).toBeLessThan(0.1);
    // The detector's score falls slowly.
    expect(Math.abs((ended?.end ?? 0) - 1.5)).toBeLessThan(0.3);
    expect(ended?.start).toBe(started?.start);
    expect(ended?.transcript).toMatch(/^\[1\.\d s of speech\]$/);
    client.switchVad(false, 0).keepSilent(300).finish().leave();
    expect([client.closeCode, rig.verdicts]).toEqual([1000, []]);
  });
});

describe('A-41, audio before the acknowledgement', () => {
  test('is strict, and heard', () => {
    const { rig, client } = begin({ vadOnDelayMs: 1500 });
    client.switchVad(true, 0).speak(speech, PCM_CONFIG).keepSilent(4000);
    expect(rig.verdicts).toEqual(['A-41 strict']);
    expect(client.types.slice(1, 4)).toEqual(['vad-mode-switched', 'vad-speech-started', 'vad-speech-ended']);
    expect(rig.record.utterances[0]?.durationMs).toBeGreaterThan(1000);
  });

  test('with earlyAudio "discard" it is lost', () => {
    const { rig, client } = begin({ vadOnDelayMs: 1500, earlyAudio: 'discard' });
    client.switchVad(true, 0).speak(speech, PCM_CONFIG).keepSilent(4000);
    expect(rig.verdicts).toEqual(['A-41 strict']);
    expect(rig.record.utterances).toEqual([]);
  });

  test('an acknowledgement that never comes: 10 s are kept, no more', () => {
    const { rig, client } = begin({ faults: ['vad-never-on'] });
    client.switchVad(true, 0).keepSilent(20_000, PCM_CONFIG).switchVad(false, 400);
    expect(rig.record.counters.audioSamplesIn).toBeLessThan(11 * 16_000);
    expect(client.all('server.vad-mode-switched').map((message) => message.current_vad_mode_on)).toEqual([false]);
  });
});

describe('A-42 and A-43, switching off', () => {
  test.each([0, 3000, 9900])('acknowledged after %d ms; audio goes on and is heard', (vadOffDelayMs) => {
    const { rig, client } = listen({ vadOffDelayMs });
    client.switchVad(false, 0).speak(speech).keepSilent(9000);
    const switched = client.all('server.vad-mode-switched');
    expect(switched.map((message) => message.current_vad_mode_on)).toEqual([true, false]);
    expect(rig.record.utterances.length).toBe(vadOffDelayMs === 0 ? 0 : 1);
    client.wait(500);
  });

  test('what was on its way when it was acknowledged is no utterance; later audio is', () => {
    const { rig, client } = listen();
    client.switchVad(false, 0).keepSilent(300).sendAudio().wait(60).sendAudio();
    expect(rig.verdicts).toEqual([]);
    expect(client.wait(1000).sendAudio().closeCode).toBe(4015);
  });

  test('never acknowledged: nothing but patience helps', () => {
    const { rig, client } = listen({ faults: ['vad-never-off'] });
    client.switchVad(false, 0).keepSilent(12_000).leave();
    expect(client.all('server.vad-mode-switched').length).toBe(1);
    expect(rig.verdicts).toEqual(['A-51 note']);
  });

  test('a stray "on" before the "off": who takes it for the acknowledgement finishes too early', () => {
    const { rig, client } = listen({ faults: ['stray-vad-on'], vadOffDelayMs: 2000 });
    client.switchVad(false, 0).keepSilent(1020);
    expect(client.all('server.vad-mode-switched').map((message) => message.current_vad_mode_on)).toEqual([true, true]);
    expect([client.finish().closeCode, rig.verdicts]).toEqual([4000, ['A-43 fatal']]);
  });

  test.each([
    [undefined, 4000],
    ['bad-request', 4000],
    ['conflict', 4009],
  ] as const)('a finish with turn detection on, earlyFinish %s: %d', (earlyFinish, closeCode) => {
    const { rig, client } = listen(earlyFinish === undefined ? {} : { earlyFinish });
    expect([client.finish().closeCode, rig.verdicts]).toEqual([closeCode, ['A-43 fatal']]);
  });

  test('an utterance that switching off breaks off is reported before the acknowledgement, and answered', () => {
    const { client } = listen();
    client.switchVad(false, 0).speak(speech).wait(8000);
    expect(client.types.slice(2)).toEqual([
      'vad-speech-started',
      'vad-speech-ended',
      'vad-mode-switched',
      'new-message',
    ]);
  });
});

test('a transcript that comes after turn detection is off is reported all the same', async () => {
  const transcriber = { transcribe: () => Promise.resolve('where is my order') };
  const rig = createAmigoRig({ agent: 'conversation', transcriber, amigo: QUIET });
  const client = rig.converse().switchVad(true).keepSilent(300, PCM_CONFIG);
  client.speak(speech).switchVad(false, 0).keepSilent(300);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  client.wait(1000);
  expect(client.types.slice(2)).toEqual(['vad-speech-started', 'vad-mode-switched', 'vad-speech-ended', 'new-message']);
  expect(client.all('server.vad-speech-ended')[0]?.transcript).toBe('where is my order');
  expect(rig.verdicts).toEqual([]);
});

describe('A-44, switching again', () => {
  test('before the acknowledgement: strict; the later wish counts', () => {
    const { rig, client } = begin({ vadOnDelayMs: 1000 });
    client.switchVad(true, 0).switchVad(false, 2000);
    expect(rig.verdicts).toEqual(['A-44 strict']);
    expect(client.all('server.vad-mode-switched').map((message) => message.current_vad_mode_on)).toEqual([false]);
  });

  test('the same once more after 5 s without an answer is a note', () => {
    const { rig, client } = begin({ faults: ['vad-never-on'] });
    client.switchVad(true, 5000).switchVad(true, 0);
    expect(rig.verdicts).toEqual(['A-44 note']);
    expect(client.switchVad(true, 0) && rig.verdicts).toEqual(['A-44 note', 'A-44 note']);
  });

  test('the same again after the acknowledgement is acknowledged again, without blame', () => {
    const { rig, client } = begin();
    client.switchVad(true).switchVad(true).switchVad(false).switchVad(false);
    expect(client.all('server.vad-mode-switched').map((message) => message.current_vad_mode_on)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(rig.verdicts).toEqual([]);
  });
});

describe('A-45 to A-47, barge-in', () => {
  test('speech cuts the answer off: no more pieces, no end of the interaction, then another one', () => {
    const { rig, client, interactionId } = listenToAnswer({ deliverySpeedRatio: 1 });
    client.speak(speech);
    const startedAtMs = client.all('server.vad-speech-started')[1]?.atMs ?? 0;
    client.keepSilent(14_000);
    const pieces = client.all('server.new-message');
    const late = pieces.filter((piece) => piece.interaction_id === interactionId && piece.atMs > startedAtMs);
    expect(late).toEqual([]);
    expect(client.all('server.interaction-complete').map(({ interaction_id }) => interaction_id)).toEqual([
      pieces.at(-1)?.interaction_id,
    ]);
    expect(rig.verdicts).toEqual([]);
  });

  test('with interrupted "complete" it is ended properly', () => {
    const { client, interactionId } = listenToAnswer({ deliverySpeedRatio: 1, interrupted: 'complete' });
    client.speak(speech);
    const ended = client.all('server.new-message').filter((piece) => piece.stop);
    expect(ended.map(({ interaction_id }) => interaction_id)).toEqual([interactionId]);
    expect(client.all('server.interaction-complete')[0]?.interaction_id).toBe(interactionId);
  });

  test('fault late-pieces: its pieces go on for 500 ms, and it never completes', () => {
    const { client, interactionId } = listenToAnswer({ deliverySpeedRatio: 1, faults: ['late-pieces'] });
    client.speak(speech).keepSilent(14_000);
    const startedAtMs = client.all('server.vad-speech-started')[1]?.atMs ?? 0;
    const late = client.all('server.new-message').filter((piece) => piece.interaction_id === interactionId);
    const lastMs = (late.at(-1)?.atMs ?? 0) - startedAtMs;
    expect(lastMs).toBeGreaterThan(350);
    expect(lastMs).toBeLessThanOrEqual(500);
    expect(
      client.all('server.interaction-complete').some(({ interaction_id }) => interaction_id === interactionId),
    ).toBe(false);
  });

  test('fault false-alarm: speech of 300 ms without words, and nothing comes of it', () => {
    const { rig, client } = listen({ faults: ['false-alarm'] });
    client.keepSilent(4000);
    const [started] = client.all('server.vad-speech-started');
    const [ended] = client.all('server.vad-speech-ended');
    expect(ended?.transcript).toBe('');
    expect((ended?.atMs ?? 0) - (started?.atMs ?? 0)).toBe(300);
    expect(client.all('server.new-message')).toEqual([]);
    expect(rig.verdicts).toEqual([]);
  });
});

describe('A-48, the zero of speech times', () => {
  test('is moved between utterances once it lies zeroResetAfterMs back; later times count from it', () => {
    const { client } = listen({ zeroResetAfterMs: 3000 });
    client.keepSilent(3000).speak(speech).keepSilent(15_000).speak(speech).keepSilent(2000);
    const [reset, ...others] = client.all('server.vad-speech-reset-zero');
    const [, second] = client.all('server.vad-speech-started');
    expect(others.length).toBeLessThanOrEqual(1);
    expect(client.types.indexOf('vad-speech-reset-zero')).toBe(client.types.indexOf('vad-speech-ended') + 1);
    const waitedMs = (second?.atMs ?? 0) - (reset?.atMs ?? 0);
    expect(Math.abs((second?.start ?? 0) * 1000 - waitedMs)).toBeLessThan(400);
  });

  test('fault zero-reset: within an utterance; its start is then before the zero', () => {
    const { client } = listen({ faults: ['zero-reset'] });
    client.speak(speech).keepSilent(2000);
    expect(client.types.slice(2, 5)).toEqual(['vad-speech-started', 'vad-speech-reset-zero', 'vad-speech-ended']);
    const [ended] = client.all('server.vad-speech-ended');
    expect(ended?.start).toBeLessThan(0);
    expect((ended?.end ?? 0) - (ended?.start ?? 0)).toBeGreaterThan(1);
  });
});

describe('A-49, events', () => {
  test('one that starts an interaction interrupts the agent at once', () => {
    const { rig, client, interactionId } = listenToAnswer({ deliverySpeedRatio: 1 });
    const sentAtMs = rig.clock.nowMs();
    client.event('payment failed', true).keepSilent(8000);
    const pieces = client.all('server.new-message').filter(({ atMs }) => atMs > sentAtMs);
    expect(pieces.some((piece) => piece.interaction_id === interactionId)).toBe(false);
    expect((pieces[0]?.atMs ?? 0) - sentAtMs).toBeLessThan(500);
    expect(rig.verdicts).toEqual([]);
  });

  test('while the user speaks it waits for the end of the utterance', () => {
    const { rig, client } = listen();
    client.speak(speech.subarray(0, 9600)).event('payment failed', true).speak(speech).keepSilent(8000);
    expect(client.types.slice(2)).toEqual([
      'vad-speech-started',
      'vad-speech-ended',
      'new-message',
      'interaction-complete',
    ]);
    expect(client.all('server.interaction-complete').length).toBe(1);
    expect(rig.verdicts).toEqual([]);
  });

  test('one that starts nothing changes nothing', () => {
    const { rig, client } = listenToAnswer();
    client.event('context').keepSilent(12_000);
    expect(client.all('server.interaction-complete').length).toBe(1);
    expect(rig.verdicts).toEqual([]);
  });

  test('where the client detects turns, it waits for the answer under way, and then for its own', () => {
    const { rig, client } = begin();
    client.say('hello').wait(200).event('payment failed', true).wait(15_000);
    expect(client.types.slice(1)).toEqual([
      'new-message',
      'interaction-complete',
      'new-message',
      'interaction-complete',
    ]);
    expect(rig.verdicts).toEqual([]);
  });

  test('more than 100 that wait are recorded once', () => {
    const { rig, client } = begin();
    for (let i = 0; i < 150; i++) client.event(`event ${i}`).wait(60);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, ['A-49 note']]);
  });
});
