import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BinaryWriter, WriteTurn } from './binaryWriter.ts';

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
    [65_535, [0x82, 126, 255, 255]],
  ])('a message of %i bytes is one write, headers as in RFC 6455', async (length, header) => {
    const stream = new TestStream(false);
    new BinaryWriter(stream, new WriteTurn()).write(new Uint8Array(length).fill(7));
    await turn();
    expect(stream.writes).toEqual([Buffer.concat([Buffer.from(header), Buffer.alloc(length, 7)])]);
  });

  test('5 messages within a turn of the event loop are one write, and the next one is another', async () => {
    const turnEnd = new WriteTurn();
    const streams = [new TestStream(false), new TestStream(false)] as const;
    const writers = streams.map((stream) => new BinaryWriter(stream, turnEnd));
    for (let n = 0; n < 5; n++) for (const writer of writers) writer.write(speech(n));
    await turn();
    for (const { writes } of streams) expect(writes).toEqual([Buffer.concat([0, 1, 2, 3, 4].map(frame))]);
    writers[0]?.write(speech(5));
    await turn();
    expect(streams[0].writes.slice(1)).toEqual([frame(5)]);
    expect(streams[1].writes).toHaveLength(1);
  });

  test('what waits is counted, leaves at once where told to, and only once', async () => {
    const stream = new TestStream(false);
    const writer = new BinaryWriter(stream, new WriteTurn());
    writer.write(speech(1));
    writer.write(speech(2));
    expect([writer.waitingBytes, stream.writes.length]).toEqual([2 * 644, 0]);
    writer.flush();
    writer.write(speech(3));
    expect(stream.writes).toEqual([Buffer.concat([frame(1), frame(2)])]);
    await turn();
    expect([writer.waitingBytes, stream.writes.length]).toEqual([0, 2]);
    expect(stream.writes[1]).toEqual(frame(3));
  });

  test('what waits when the stream ends is dropped without an error', async () => {
    const stream = new TestStream(false);
    const errors: Error[] = [];
    stream.on('error', (error) => errors.push(error));
    const writer = new BinaryWriter(stream, new WriteTurn());
    writer.write(speech(1));
    stream.end();
    await turn();
    expect([stream.writes, errors, writer.waitingBytes]).toEqual([[], [], 0]);
  });

  test('what a slow system has not taken yet stays what it was, whatever is written to others', async () => {
    const turnEnd = new WriteTurn();
    const slow = new TestStream(true);
    const quick = new TestStream(false);
    const toSlow = new BinaryWriter(slow, turnEnd);
    const toQuick = new BinaryWriter(quick, turnEnd);
    for (let n = 0; n < 50; n++) {
      toSlow.write(speech(n));
      toQuick.write(speech(100 + n));
      await turn();
    }
    expect(slow.writes).toEqual([]);
    slow.takeAll();
    const wanted = Array.from({ length: 50 }, (_, n) => n);
    expect(Buffer.concat(slow.writes)).toEqual(Buffer.concat(wanted.map(frame)));
    expect(Buffer.concat(quick.writes)).toEqual(Buffer.concat(wanted.map((n) => frame(100 + n))));
  });
});
