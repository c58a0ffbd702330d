import { createSeededRandom, makeSpeechLike, type SeededRandom } from '@voicewire/testkit';
import { MPEGDecoder } from 'mpg123-decoder';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMp3Encoder } from 'wasm-media-encoders';
import { restartDecoder } from './restartDecoder.ts';

const SEED = 20_261_122;

/** Streams that leave different things behind in a decoder: rates, channels, bit reservoirs, tables. */
const KINDS = [
  { sampleRate: 22_050, channels: 1, bitrate: 32 },
  { sampleRate: 44_100, channels: 2, bitrate: 128 },
  { sampleRate: 16_000, channels: 1, bitrate: 64 },
  { sampleRate: 24_000, channels: 1, bitrate: 48 },
] as const;

async function encode({ sampleRate, channels, bitrate }: (typeof KINDS)[number], seed: number): Promise<Uint8Array> {
  const random = createSeededRandom(seed);
  const speech = makeSpeechLike({ random, sampleRate, durationMs: 700, amplitudeRatio: 0.5 });
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate, channels, bitrate });
  const sides = channels === 2 ? [speech, speech.map((value) => -0.3 * value)] : [speech];
  return new Uint8Array(Buffer.concat([encoder.encode(sides).slice(), encoder.finalize().slice()]));
}

const streams = await Promise.all(KINDS.map((kind, index) => encode(kind, SEED + index)));
const streamOf = (random: SeededRandom): Uint8Array =>
  streams[random.integer(0, streams.length - 1)] ?? new Uint8Array();

/** What a decoder may have been through: part of a stream, in pieces, now and then damaged, or noise. */
function historyOf(random: SeededRandom): Uint8Array[] {
  const stream = streamOf(random).slice(random.integer(0, 200), random.integer(200, 4000));
  const damaged = random.integer(0, 2) === 0 ? random.integer(0, stream.length) : stream.length;
  for (let at = damaged; at < stream.length; at++) stream[at] = random.integer(0, 255);
  const cut = random.integer(0, stream.length);
  return [stream.subarray(0, cut), stream.subarray(cut)];
}

async function newDecoder(): Promise<MPEGDecoder> {
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return decoder;
}

/** All that `decode` gave, as one string: bytes of every channel, and the counts. */
function printOf({ channelData, ...counts }: ReturnType<MPEGDecoder['decode']>): string {
  const channels = channelData.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  );
  return [JSON.stringify(counts), ...channels].join(' ');
}

// The library reports damage there.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

describe(`restartDecoder (seed ${SEED})`, () => {
  test('after 200 lives, cut off or damaged, every sample and count is that of a new decoder', async () => {
    const expected = new Map<Uint8Array, string>();
    for (const stream of streams) expected.set(stream, printOf((await newDecoder()).decode(stream)));
    const random = createSeededRandom(SEED);
    const used = await newDecoder();
    for (let life = 0; life < 200; life++) {
      for (const bytes of historyOf(random)) used.decode(bytes);
      expect(restartDecoder(used)).toBe(true);
      const stream = streamOf(random);
      const decoded = used.decode(stream);
      expect(decoded.samplesDecoded, `life ${life}, ${random}`).toBeGreaterThan(10_000);
      expect(printOf(decoded) === expected.get(stream), `life ${life}, ${random}`).toBe(true);
      expect(restartDecoder(used)).toBe(true);
    }
  });

  test('without a restart the next stream does not begin like that of a new decoder', async () => {
    const [stream = new Uint8Array()] = streams;
    const used = await newDecoder();
    const fresh = printOf(used.decode(stream));
    expect(printOf(used.decode(stream)) === fresh).toBe(false);
  });

  test('10,000 restarts after decoding take no memory: the decoder stays where it was', async () => {
    const [stream = new Uint8Array()] = streams;
    const decoder = await newDecoder();
    const addressOf = (): unknown => Reflect.get(decoder, '_decoder');
    const address = addressOf();
    for (let life = 0; life < 10_000; life++) {
      decoder.decode(stream.subarray(0, 400));
      restartDecoder(decoder);
    }
    expect(address).toBeTypeOf('number');
    expect(addressOf()).toBe(address);
  });

  test('a version of the library that looks different inside is left to its own reset', async () => {
    const decoder = await newDecoder();
    Reflect.deleteProperty(decoder, '_samplesDecodedPtr');
    expect(restartDecoder(decoder)).toBe(false);
  });
});
