// This file is one end of a WebSocket in memory, whose other end is the test.
import type { RelaySocket, SocketEvents } from '../src/bridge/relaySocket.ts';

/** What was done to the socket, in order, in one line each. */
export class MemorySocket implements RelaySocket {
  readonly log: string[] = [];
  readonly sent: { readonly text: string; readonly isBinary: boolean }[] = [];
  isPaused = false;
  pauseCount = 0;
  pingCount = 0;
  bufferedAmountBytes = 0;
  maxBufferedBytes = 0;
  /** False: what is sent stays in the buffer until `flush`. */
  isFast = true;
  private readonly pending: { readonly bytes: number; readonly onSent: () => void }[] = [];

  send(bytes: Uint8Array, isBinary: boolean, onSent: () => void): void {
    const text = Buffer.from(bytes).toString('latin1');
    this.sent.push({ text, isBinary });
    this.log.push(`send ${isBinary ? 'binary' : 'text'} ${text}`);
    if (this.isFast) return onSent();
    this.bufferedAmountBytes += bytes.length;
    this.maxBufferedBytes = Math.max(this.maxBufferedBytes, this.bufferedAmountBytes);
    this.pending.push({ bytes: bytes.length, onSent });
  }

  /** Lets what waits leave: all, or the first few messages. */
  flush(count = Number.POSITIVE_INFINITY): void {
    for (const { bytes, onSent } of this.pending.splice(0, count)) {
      this.bufferedAmountBytes -= bytes;
      onSent();
    }
  }

  close(code: number, reason: string): void {
    this.log.push(`close ${code} ${reason}`.trimEnd());
  }

  terminate(): void {
    this.log.push('terminate');
  }

  pause(): void {
    this.isPaused = true;
    this.pauseCount++;
  }

  resume(): void {
    this.isPaused = false;
  }

  ping(): void {
    this.pingCount++;
  }

  get lastLine(): string | undefined {
    return this.log.at(-1);
  }
}

/** A message as it arrives. */
export function receive(events: SocketEvents, text: string, isBinary = false): void {
  events.onMessage(Buffer.from(text, 'latin1'), isBinary);
}
