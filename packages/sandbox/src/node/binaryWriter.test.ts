import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BinaryWriter } from './binaryWriter.ts';

/** A stream whose system takes what is written at once, or keeps it by reference until `takeAll`. */
class TestStream extends Duplex {
  /** Bytes per write to the system, in order. */
  readonly writes: Buffer[] = [];
  readonly #isSlow: boolean;
  #held: { readonly parts: readonly Buffer[]; done(): void } | undefined;

  constructor(isSlow: boolean) {
    super({ highWaterMark: 1e6 });
    this.#isSlow = isSlow;
  }

  override _read(): void {
    // Nothing comes from here.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#accept([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#accept(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  /** The system takes all that is held, and what follows from it. */
  takeAll(): void {
    while (this.#held !== undefined) {
      const { parts, done } = this.#held;
      this.#held = undefined;
      this.writes.push(Buffer.concat(parts));
      done();
    }
  }

  #accept(parts: readonly Buffer[], done: () => void): void {
    this.#held = { parts, done };
    if (!this.#isSlow) this.takeAll();
  }
}

const speech = (n: number): Uint8Array => new Uint8Array(640).fill(n);
const frame = (n: number): Buffer => Buffer.concat([Buffer.of(0x82, 126, 640 >> 8, 640 & 255), speech(n)]);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('BinaryWriter', () => {
  test.each([
    [0, [0x82, 0]],
    [125, [0x82, 125]],
    [126, [0x82, 126, 0, 126]],
    [16_380, [0x82, 126, 63, 252]],
    [16_381, [0x82, 126, 63, 253]],
    [65_535, [0x82, 126, 255, 255]],
  ])('a message of %i bytes is one write, headers as in RFC 6455', async (length, header) => {
    const stream = new TestStream(false);
    new BinaryWriter().write(stream, new Uint8Array(length).fill(7));
    await turn();
    expect(stream.writes).toEqual([Buffer.concat([Buffer.from(header), Buffer.alloc(length, 7)])]);
  });

  test('5 messages to one stream within a turn of the event loop are one write, and the next one is another', async () => {
    const writer = new BinaryWriter();
    const streams = [new TestStream(false), new TestStream(false)] as const;
    for (const stream of streams) for (let n = 0; n < 5; n++) writer.write(stream, speech(n));
    await turn();
    for (const { writes } of streams) expect(writes).toEqual([Buffer.concat([0, 1, 2, 3, 4].map(frame))]);
    writer.write(streams[0], speech(5));
    await turn();
    expect(streams[0].writes.slice(1)).toEqual([frame(5)]);
    expect(streams[1].writes).toHaveLength(1);
  });

  test('messages to two streams in turn, short ones and long ones, each arrive whole and in order', async () => {
    const writer = new BinaryWriter();
    const streams = [new TestStream(false), new TestStream(false)];
    const lengths = [640, 20_000, 640, 0, 16_000, 640, 65_535, 1];
    for (const length of lengths)
      for (const stream of streams) writer.write(stream, new Uint8Array(length).fill(length));
    await turn();
    for (const { writes } of streams) {
      const bytes = Buffer.concat(writes);
      let at = 0;
      for (const length of lengths) {
        const header = length < 126 ? 2 : 4;
        expect(length < 126 ? bytes[at + 1] : bytes.readUInt16BE(at + 2)).toBe(length);
        expect(bytes.subarray(at + header, at + header + length)).toEqual(Buffer.alloc(length, length));
        at += header + length;
      }
      expect(bytes).toHaveLength(at);
    }
  });

  test('30 messages of 640 bytes are two writes: a room is not overrun', async () => {
    const stream = new TestStream(false);
    const writer = new BinaryWriter();
    for (let n = 0; n < 30; n++) writer.write(stream, speech(n));
    await turn();
    expect(stream.writes.map(({ length }) => length / 644)).toEqual([25, 5]);
    expect(Buffer.concat(stream.writes)).toEqual(Buffer.concat(Array.from({ length: 30 }, (_, n) => frame(n))));
  });

  test('what waits is counted, leaves at once where told to, and only once', async () => {
    const [stream, other] = [new TestStream(false), new TestStream(false)];
    const writer = new BinaryWriter();
    writer.write(stream, speech(1));
    writer.write(stream, speech(2));
    writer.flush(other);
    expect([writer.waitingBytes(stream), writer.waitingBytes(other), stream.writes.length]).toEqual([2 * 644, 0, 0]);
    writer.flush(stream);
    writer.write(stream, speech(3));
    expect(stream.writes).toEqual([Buffer.concat([frame(1), frame(2)])]);
    await turn();
    expect([writer.waitingBytes(stream), stream.writes.length]).toEqual([0, 2]);
    expect(stream.writes[1]).toEqual(frame(3));
  });

  test.each([640, 20_000])('%i bytes that wait when the stream ends are dropped without an error', async (length) => {
    const stream = new TestStream(false);
    const errors: Error[] = [];
    stream.on('error', (error) => errors.push(error));
    const writer = new BinaryWriter();
    if (length === 640) writer.write(stream, new Uint8Array(length));
    stream.end();
    writer.write(stream, new Uint8Array(length));
    await turn();
    expect([stream.writes, errors, writer.waitingBytes(stream)]).toEqual([[], [], 0]);
  });

  test('what a slow system has not taken yet stays what it was, whatever is written to others', async () => {
    const writer = new BinaryWriter();
    const slow = new TestStream(true);
    const quick = new TestStream(false);
    for (let n = 0; n < 50; n++) {
      writer.write(slow, speech(n));
      writer.write(quick, speech(100 + n));
      await turn();
    }
    expect(slow.writes).toEqual([]);
    slow.takeAll();
    const wanted = Array.from({ length: 50 }, (_, n) => n);
    expect(Buffer.concat(slow.writes)).toEqual(Buffer.concat(wanted.map(frame)));
    expect(Buffer.concat(quick.writes)).toEqual(Buffer.concat(wanted.map((n) => frame(100 + n))));
  });
});
