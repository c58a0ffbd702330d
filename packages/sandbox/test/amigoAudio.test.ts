import { describe, expect, test } from 'vitest';
import type { AmigoServerOptions } from '../src/amigo/options.ts';
import { MP3_CONFIG, PCM_CONFIG, VOICE, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

const speech = makeUserSpeech(1200);
/** 60 ms. */
const chunk = speech.subarray(0, 960);
const QUIET: AmigoServerOptions = { greetingDelayMs: 'never' };

/** A client with a conversation in which nobody greets, and its rig. */
function begin(amigo: AmigoServerOptions = {}, policy: 'enforce' | 'record' = 'enforce') {
  const rig = createAmigoRig({ agent: 'conversation', policy, amigo: { ...QUIET, ...amigo } });
  return { rig, client: rig.converse() };
}

/** Sends audio as the given text. */
const raw = (audio: unknown, config: object = PCM_CONFIG) => ({
  type: 'client.new-audio-message',
  audio,
  audio_config: config,
});

/** Frames of 128 kbit/s MP3 at 44.1 kHz, 417 bytes and 26.1 ms each. */
function mp3(frameCount: number, rateBits = 0): Uint8Array {
  const bytes = new Uint8Array(417 * frameCount);
  for (let i = 0; i < frameCount; i++) bytes.set([0xff, 0xfb, 0x90 | (rateBits << 2), 0], 417 * i);
  return bytes;
}
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('a right utterance', () => {
  test('is heard whole, and answered', () => {
    const { rig, client } = begin();
    client.speak(speech, PCM_CONFIG).endUtterance().wait(12_000);
    expect(rig.verdicts).toEqual([]);
    expect(rig.record.receivedPcm().subarray(0, speech.length)).toEqual(speech);
    expect(client.types.slice(1)).toEqual(['new-message', 'interaction-complete']);
    expect(rig.record.utterances[0]?.durationMs).toBe(1200);
  });

  test('after the answer the next one is described again', () => {
    const { rig, client } = begin();
    for (let turn = 0; turn < 3; turn++) client.speak(speech, PCM_CONFIG).endUtterance().wait(13_000);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
    expect(client.all('server.interaction-complete').length).toBe(3);
  });
});

describe('A-30 and A-31, when audio is described', () => {
  test('the first audio of a connection without audio_config: 4015', () => {
    const { rig, client } = begin();
    expect([client.sendAudio(chunk).closeCode, rig.verdicts]).toEqual([4015, ['A-30 fatal']]);
  });

  test('the first of a second utterance without it: 4015, or fine with audioConfigScope "connection"', () => {
    const second = (amigo: AmigoServerOptions) => {
      const { rig, client } = begin(amigo);
      client.speak(speech, PCM_CONFIG).endUtterance().wait(13_000).sendAudio(chunk);
      return [client.closeCode, rig.verdicts];
    };
    expect(second({})).toEqual([4015, ['A-30 fatal']]);
    expect(second({ audioConfigScope: 'connection' })).toEqual([undefined, []]);
  });

  test('the first where the server detects turns without it: 4015', () => {
    const { rig, client } = begin();
    expect([client.switchVad(true).sendAudio(chunk).closeCode, rig.verdicts]).toEqual([4015, ['A-30 fatal']]);
  });

  test('the first after a reconnect without it: 4015', () => {
    const { rig, client } = begin();
    client.speak(speech, PCM_CONFIG).endUtterance().wait(13_000).leave();
    const again = rig.connect().continue(client.conversationId).sendAudio(chunk);
    expect([again.closeCode, rig.verdicts]).toEqual([4015, ['A-30 fatal']]);
  });

  test('described again within an utterance: strict', () => {
    const { rig, client } = begin();
    expect(client.sendAudio(chunk, PCM_CONFIG).sendAudio(chunk, PCM_CONFIG).closeCode).toBeUndefined();
    expect(rig.verdicts).toEqual(['A-31 strict']);
  });

  test('under policy record audio without a description counts as PCM of 16 kHz', () => {
    const { rig, client } = begin({}, 'record');
    client.speak(speech).endUtterance().wait(13_000);
    expect(rig.verdicts).toEqual(['A-30 fatal']);
    expect(rig.record.utterances[0]?.durationMs).toBe(1200);
  });
});

describe('A-32, what audio may be', () => {
  test.each([
    ['no format', { ...PCM_CONFIG, format: undefined }],
    ['the key of HTTP', { ...PCM_CONFIG, format: undefined, type: 'pcm' }],
    ['48 kHz', { ...PCM_CONFIG, sample_rate: 48_000, frame_rate: 48_000 }],
    ['two rates', { ...PCM_CONFIG, frame_rate: 8000 }],
    ['no frame_rate', { ...PCM_CONFIG, frame_rate: undefined }],
    ['samples of 4 bytes', { ...PCM_CONFIG, sample_width: 4 }],
    ['two channels', { ...PCM_CONFIG, n_channels: 2 }],
    ['MP3 of 22.05 kHz', { ...MP3_CONFIG, sample_rate: 22_050 }],
    ['MP3 of one channel', { ...MP3_CONFIG, n_channels: 1 }],
  ])('%s: 4015', (_name, config) => {
    const { rig, client } = begin();
    expect([client.sendAudio(chunk, config).closeCode, rig.verdicts]).toEqual([4015, ['A-32 fatal']]);
  });

  test('MP3 where the server detects turns: 4015', () => {
    const { rig, client } = begin();
    expect([client.switchVad(true).sendAudio(chunk, MP3_CONFIG).closeCode, rig.verdicts]).toEqual([
      4015,
      ['A-32 fatal'],
    ]);
  });

  test.each([
    ['type', { ...PCM_CONFIG, format: undefined, type: 'pcm' }, undefined],
    ['type', PCM_CONFIG, 4015],
    ['either', { ...PCM_CONFIG, format: undefined, type: 'pcm' }, undefined],
    ['either', PCM_CONFIG, undefined],
    ['format', { ...PCM_CONFIG, type: 'pcm' }, undefined],
  ] as const)('audioConfigKey "%s", %j: %s', (audioConfigKey, config, closeCode) => {
    const { client } = begin({ audioConfigKey });
    expect(client.sendAudio(chunk, config).closeCode).toBe(closeCode);
  });

  test('pcmRates "any": 8 kHz is taken and heard at 16 kHz; 50 kHz is not', () => {
    const { rig, client } = begin({ pcmRates: 'any' });
    client.speak(speech, { ...PCM_CONFIG, sample_rate: 8000, frame_rate: 8000 }).endUtterance();
    expect(rig.verdicts).toEqual([]);
    expect(rig.record.counters.audioSamplesIn).toBe(2 * speech.length);
    const fast = begin({ pcmRates: 'any' }).client.sendAudio(chunk, {
      ...PCM_CONFIG,
      sample_rate: 50_000,
      frame_rate: 50_000,
    });
    expect(fast.closeCode).toBe(4015);
  });
});

describe('A-33 and A-34, base64 and samples', () => {
  const good = base64(new Uint8Array(1919));

  test.each([
    ['without padding', good.replace('=', '')],
    ['with a blank', `${good.slice(0, 4)} ${good.slice(5)}`],
    ['with a line break', `${good}\n\n\n\n`],
    ['of the URL alphabet', `-_${good.slice(2)}`],
    ['of three characters', 'AAA'],
    ['two texts in one', 'AA==AA=='],
    ['with bits behind the last byte', `${good.slice(0, -2)}B=`],
  ])('base64 %s: 4000', (_name, audio) => {
    const { rig, client } = begin();
    expect([client.send(raw(audio)).closeCode, rig.verdicts]).toEqual([4000, ['A-33 fatal']]);
  });

  test.each([
    ['no byte', ''],
    ['1919 bytes', good],
    ['1 byte', 'AA=='],
  ])('%s: 4015', (_name, audio) => {
    const { rig, client } = begin();
    expect([client.send(raw(audio)).closeCode, rig.verdicts]).toEqual([4015, ['A-34 fatal']]);
  });

  test('under policy record what cannot be read is left out, and an odd byte dropped', () => {
    const { rig, client } = begin({}, 'record');
    client.send(raw(good)).send({ type: 'client.new-audio-message', audio: '?' }).sendAudio(chunk);
    expect(rig.verdicts).toEqual(['A-34 fatal', 'A-33 fatal']);
    expect(rig.record.counters.audioSamplesIn).toBe(959 + 960);
  });
});

describe('A-35 and A-37, pace where the server detects turns', () => {
  test.each([
    [20, []],
    [60, []],
    [19, ['A-35 strict']],
    [100, ['A-35 strict']],
    [256, ['A-35 strict']],
  ])('messages of %d ms: %j', (ms, verdicts) => {
    const { rig, client } = begin();
    client.switchVad(true);
    for (let i = 0; i < 20; i++) client.sendAudio(new Int16Array(16 * ms), i === 0 ? PCM_CONFIG : undefined).wait(ms);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, verdicts]);
  });

  test('of messages with a wrong length, the first and every 100th are recorded', () => {
    const { rig, client } = begin();
    client.switchVad(true);
    for (let i = 0; i < 201; i++) client.sendAudio(new Int16Array(1600), i === 0 ? PCM_CONFIG : undefined).wait(100);
    expect(rig.record.counters.violationsByRule).toEqual({ 'A-35': 3 });
  });

  test('in an utterance of push-to-talk any length and any pause will do', () => {
    const { rig, client } = begin();
    client.sendAudio(speech, PCM_CONFIG).wait(3000).sendAudio(chunk.subarray(0, 10)).endUtterance();
    expect(rig.verdicts).toEqual([]);
  });

  test.each([
    [200, []],
    [220, ['A-37 strict']],
  ])('a pause of %d ms: %j', (ms, verdicts) => {
    const { rig, client } = begin();
    client.switchVad(true).keepSilent(600, PCM_CONFIG).wait(ms).keepSilent(600);
    expect(rig.verdicts).toEqual(verdicts);
  });

  test('audio that stops before turn detection is off is found out then; a microphone that starts late is not', () => {
    const { rig, client } = begin();
    client.switchVad(true).wait(2000).keepSilent(600, PCM_CONFIG).wait(1000).switchVad(false);
    expect(rig.verdicts).toEqual(['A-37 strict']);
    expect(rig.record.violations[0]?.detail).toMatch(/^1300 ms without audio/);
  });
});

describe('A-36, the end of an utterance', () => {
  test('null without audio before: 4000', () => {
    const { rig, client } = begin();
    expect([client.endUtterance().closeCode, rig.verdicts]).toEqual([4000, ['A-36 fatal']]);
  });

  test('null twice: 4000', () => {
    const { rig, client } = begin();
    client.speak(speech, PCM_CONFIG).endUtterance().endUtterance();
    expect([client.closeCode, rig.verdicts]).toEqual([4000, ['A-36 fatal']]);
  });

  test('null where the server detects turns: 4000', () => {
    const { rig, client } = begin();
    client.switchVad(true).keepSilent(300, PCM_CONFIG).endUtterance();
    expect([client.closeCode, rig.verdicts]).toEqual([4000, ['A-36 fatal']]);
  });
});

describe('A-38, MP3', () => {
  test('an utterance in pieces that are cut anywhere is taken, described and answered', () => {
    const { rig, client } = begin();
    const stream = mp3(40);
    for (let at = 0; at < stream.length; at += 1000) {
      const audio = base64(stream.subarray(at, at + 1000));
      client.send(at === 0 ? raw(audio, MP3_CONFIG) : { type: 'client.new-audio-message', audio }).wait(60);
    }
    client.endUtterance().wait(12_000);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
    expect(client.types.at(-1)).toBe('interaction-complete');
  });

  test.each([
    ['48 kHz', mp3(3, 1)],
    ['PCM in its place', new Uint8Array(1920)],
  ])('%s: 4015', (_name, bytes) => {
    const { rig, client } = begin();
    expect([client.send(raw(base64(bytes), MP3_CONFIG)).closeCode, rig.verdicts]).toEqual([4015, ['A-38 fatal']]);
  });

  test('an utterance that ends within a frame: 4015', () => {
    const { rig, client } = begin();
    client.send(raw(base64(mp3(3).subarray(0, 1200)), MP3_CONFIG)).endUtterance();
    expect([client.closeCode, rig.verdicts]).toEqual([4015, ['A-38 fatal']]);
  });
});

describe('A-40, turn detection and MP3', () => {
  test('with audio_format=mp3: 4015', () => {
    const rig = createAmigoRig({ amigo: QUIET });
    const client = rig.converse({ query: VOICE.replace('pcm', 'mp3') }).switchVad(true);
    expect([client.closeCode, rig.verdicts]).toEqual([4015, ['A-40 fatal']]);
  });

  test('within an MP3 utterance: 4015', () => {
    const { rig, client } = begin();
    client.send(raw(base64(mp3(3)), MP3_CONFIG)).switchVad(true);
    expect([client.closeCode, rig.verdicts]).toEqual([4015, ['A-40 fatal']]);
  });
});
