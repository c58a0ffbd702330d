// This file is a client for tests: it speaks the raw wire, so that it can also do what no good client does.
import type { FakeClock } from '@voicewire/testkit';
import type { MemoryNetwork, Socket } from '../../src/memory.ts';

/** Something the server did, with its time on the test's clock. */
export interface Received {
  readonly atMs: number;
  readonly data: string | Uint8Array;
}

/** One socket and everything that came through it. */
export class TestClient {
  readonly received: Received[] = [];
  readonly closes: { atMs: number; code: number; reason: string; wasClean: boolean }[] = [];
  openedAtMs: number | undefined;
  readonly #clock: FakeClock;
  readonly #socket: Socket;

  constructor(network: MemoryNetwork, clock: FakeClock, url: string, subprotocols: readonly string[] = []) {
    this.#clock = clock;
    this.#socket = network.sockets.connect(
      { url, subprotocols },
      {
        onOpen: () => {
          this.openedAtMs = clock.nowMs();
        },
        onMessage: (data) => this.received.push({ atMs: clock.nowMs(), data }),
        onClose: (close) => this.closes.push({ atMs: clock.nowMs(), ...close }),
      },
    );
  }

  /** JSON messages and other texts, in order. */
  get texts(): string[] {
    return this.received.flatMap(({ data }) => (typeof data === 'string' ? [data] : []));
  }

  /** `type` of every JSON message; other texts as they are. */
  get types(): string[] {
    return this.texts.map((text) => {
      try {
        return String((JSON.parse(text) as { type?: unknown }).type);
      } catch {
        return text;
      }
    });
  }

  /** Binary messages with their times. */
  get audio(): { atMs: number; bytes: Uint8Array }[] {
    return this.received.flatMap(({ atMs, data }) => (typeof data === 'string' ? [] : [{ atMs, bytes: data }]));
  }

  /** All binary messages in one, as samples. */
  get heardPcm(): Int16Array {
    const bytes = Buffer.concat(this.audio.map((message) => message.bytes));
    return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));
  }

  get bufferedAmountBytes(): number {
    return this.#socket.bufferedAmountBytes;
  }

  send(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  sendToken(token: string): void {
    this.send(JSON.stringify({ token }));
  }

  close(code = 1000): void {
    this.#socket.close(code);
  }

  /** Sends samples as 640-byte frames, one every 20 ms, moving the clock. The last frame is padded with zeros. */
  speak(pcm: Int16Array): void {
    for (let at = 0; at < pcm.length; at += 320) {
      this.send(frameOf(pcm.subarray(at, at + 320)));
      this.#clock.advanceMs(20);
    }
  }

  /** Sends frames of zeros for `ms`, moving the clock. */
  keepSilent(ms: number): void {
    this.speak(new Int16Array(ms * 16));
  }
}

/** One 640-byte frame; missing samples are zeros. */
export function frameOf(pcm: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(640);
  for (const [i, sample] of pcm.entries()) bytes.writeInt16LE(sample, 2 * i);
  return new Uint8Array(bytes);
}
