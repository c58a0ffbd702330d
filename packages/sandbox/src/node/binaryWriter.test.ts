import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BinaryWriter, WriterRoom } from './binaryWriter.ts';

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
    new BinaryWriter(stream, new WriterRoom()).write(new Uint8Array(length).fill(7));
    await turn();
    expect(stream.writes).toEqual([Buffer.concat([Buffer.from(header), Buffer.alloc(length, 7)])]);
  });

  test('of 5 messages within a turn of the event loop, the first is a write, and the others are one', async () => {
    const room = new WriterRoom();
    const streams = [new TestStream(false), new TestStream(false)] as const;
    const writers = streams.map((stream) => new BinaryWriter(stream, room));
    for (let n = 0; n < 5; n++) for (const writer of writers) writer.write(speech(n));
    await turn();
    for (const { writes } of streams)
      expect(writes).toEqual([frame(0), Buffer.concat([frame(1), frame(2), frame(3), frame(4)])]);
    writers[0]?.write(speech(5));
    expect(streams[0].writes[2]).toEqual(frame(5));
  });

  test('what a slow system has not taken yet stays what it was, whatever is written to others', async () => {
    const room = new WriterRoom();
    const slow = new TestStream(true);
    const quick = new TestStream(false);
    const toSlow = new BinaryWriter(slow, room);
    const toQuick = new BinaryWriter(quick, room);
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
