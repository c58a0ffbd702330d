import { assertAtLeast, createSeededRandom, findBestCorrelation, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createMp3Encoder } from 'wasm-media-encoders';
import type { VoiceError } from '../errors.ts';
import { Mp3Decoders } from './mp3Decoders.ts';

const SEED = 20_261_121;
const RATE = 22_050;

/** Speech-like audio and what an encoder makes of it: 32 kbit/s, where frames lean on earlier ones. */
async function encodeSpeech(seed: number, durationMs = 2000) {
  const speech = makeSpeechLike({
    random: createSeededRandom(seed),
    sampleRate: RATE,
    durationMs,
    amplitudeRatio: 0.5,
  });
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate: RATE, channels: 1, bitrate: 32 });
  const bytes = Buffer.concat([encoder.encode([speech]).slice(), encoder.finalize().slice()]);
  return { speech, bytes: new Uint8Array(bytes) };
}

/** Collects what streams give, in the order in which it comes. */
function collect() {
  const chunks: { readonly stream: string; readonly pcm: Int16Array; readonly sampleRate: number }[] = [];
  const faults: VoiceError[] = [];
  const sinkOf = (stream: string) => ({
    onPcm: (pcm: Int16Array, sampleRate: number) => void chunks.push({ stream, pcm, sampleRate }),
    onFault: (error: VoiceError) => void faults.push(error),
  });
  const pcmOf = (stream: string): Int16Array =>
    Int16Array.from(chunks.filter((chunk) => chunk.stream === stream).flatMap(({ pcm }) => [...pcm]));
  return { chunks, faults, sinkOf, pcmOf };
}

/** Everything asked for so far is done. */

const first = await encodeSpeech(SEED);
const second = await encodeSpeech(SEED + 1, 1000);

describe(`Mp3Decoders (seed ${SEED})`, () => {
  test.each([1, 37, 104, 1000, 1_000_000])(
    'chunks of %i bytes give the same samples, which are the speech',
    async (size) => {
      const decoders = new Mp3Decoders();
      const { faults, sinkOf, pcmOf, chunks } = collect();
      const stream = decoders.open(undefined, sinkOf('a'));
      for (let at = 0; at < first.bytes.length; at += size) stream.push(first.bytes.subarray(at, at + size));
      stream.end();
      await decoders.idle();
      expect(faults).toEqual([]);
      expect(chunks.every(({ sampleRate }) => sampleRate === RATE)).toBe(true);
      const decoded = Float32Array.from(pcmOf('a'), (sample) => sample / 32_768);
      const { correlation } = findBestCorrelation(decoded, first.speech.subarray(4000, 30_000));
      assertAtLeast('correlation with the speech', correlation, 0.95, '');
      assertAtLeast('length', decoded.length, first.speech.length, 'samples');
      decoders.close();
    },
  );

  test('streams deliver in the order in which they were opened, each by itself, also when their bytes mix', async () => {
    const alone = collect();
    const mixed = collect();
    const decoders = new Mp3Decoders();
    for (const [name, { bytes }] of [
      ['a', first],
      ['b', second],
    ] as const) {
      const stream = decoders.open(undefined, alone.sinkOf(name));
      stream.push(bytes);
      stream.end();
    }
    const [a, b] = [decoders.open(undefined, mixed.sinkOf('a')), decoders.open(undefined, mixed.sinkOf('b'))];
    for (let at = 0; at < first.bytes.length; at += 300) {
      a.push(first.bytes.subarray(at, at + 300));
      b.push(second.bytes.subarray(at, at + 300));
    }
    a.end();
    b.end();
    await decoders.idle();
    expect(mixed.pcmOf('a')).toEqual(alone.pcmOf('a'));
    expect(mixed.pcmOf('b')).toEqual(alone.pcmOf('b'));
    expect(alone.chunks.map(({ stream }) => stream).join('')).toMatch(/^a+b+$/);
    decoders.close();
  });

  test('a decoder that is used again starts clean', async () => {
    const decoders = new Mp3Decoders();
    const runs: Int16Array[] = [];
    for (let run = 0; run < 3; run++) {
      const { sinkOf, pcmOf } = collect();
      const stream = decoders.open(undefined, sinkOf('a'));
      stream.push(run === 1 ? first.bytes.subarray(0, 1234) : second.bytes);
      stream.end();
      await decoders.idle();
      runs.push(pcmOf('a'));
    }
    expect(runs[2]).toEqual(runs[0]);
    decoders.close();
  });

  test('a disposed stream says nothing more', async () => {
    const decoders = new Mp3Decoders();
    const { chunks, faults, sinkOf } = collect();
    const stream = decoders.open(undefined, sinkOf('a'));
    stream.push(first.bytes);
    stream.dispose();
    stream.push(first.bytes);
    await decoders.idle();
    expect([...chunks, ...faults]).toEqual([]);
    decoders.close();
  });

  test('bytes that are no MP3 are one fault at the end, not an exception; no bytes are none', async () => {
    const decoders = new Mp3Decoders();
    const { chunks, faults, sinkOf } = collect();
    const random = createSeededRandom(SEED);
    const noise = decoders.open(undefined, sinkOf('noise'));
    noise.push(Uint8Array.from({ length: 5000 }, () => random.integer(0, 127)));
    noise.end();
    decoders.open(undefined, sinkOf('empty')).end();
    await decoders.idle();
    expect(chunks).toEqual([]);
    expect(faults.map(({ code }) => code)).toEqual(['audio-undecodable']);
    decoders.close();
  });
});
