// This file keeps what leaves within the vendor's limits: control messages wait their turn and are never dropped, audio is
// only let out where it does not have to wait.
import { MessageRateLimiter, type Capabilities, type OutboundMessage } from '@voicewire/protocol';
import type { Clock } from '../ports/clock.ts';

/** Audio that the socket itself may hold: 60 ms, or one message where those are longer. */
const SOCKET_AUDIO_MS = 60;
const BYTES_PER_SAMPLE = 2;
const BITS_PER_BYTE = 8;
/** Base64 takes 4/3 of the room; the JSON around it adds a little. */
const BASE64_RATIO = 1.36;
/** Control messages that may wait. Only a program that sends without end gets there. */
const MAX_WAITING = 256;

/** Called once: whether what it stands for was handed to the socket, or the connection ended before. */
export type Receipt = (wasSent: boolean) => void;

export interface OutboxPorts {
  readonly clock: Clock;
  /** Hands one message to the socket. */
  write(message: OutboundMessage): void;
  /** Bytes that the socket holds. */
  bufferedBytes(): number;
}

interface Waiting {
  readonly message: OutboundMessage;
  readonly receipt: Receipt | undefined;
}

/** One connection's way out. */
export class Outbox {
  private readonly limiter: MessageRateLimiter | null;
  private readonly clogBytes: number;
  private waiting: Waiting[] = [];
  private timer: unknown = null;
  private isClosed = false;

  constructor(
    { maxMessageRate, uplinkAudio, uplinkMessageMs, uplinkFraming }: Capabilities,
    private readonly ports: OutboxPorts,
  ) {
    this.limiter = maxMessageRate && new MessageRateLimiter(maxMessageRate);
    const audioMs = Math.max(SOCKET_AUDIO_MS, uplinkMessageMs);
    const bytesPerMs =
      uplinkAudio.encoding === 'mp3'
        ? uplinkAudio.bitRateKbps / BITS_PER_BYTE
        : (uplinkAudio.sampleRate * BYTES_PER_SAMPLE) / 1000;
    this.clogBytes = audioMs * bytesPerMs * (uplinkFraming === 'binary' ? 1 : BASE64_RATIO);
  }

  /** Whether another control message can be taken in. */
  get hasRoom(): boolean {
    return this.waiting.length < MAX_WAITING;
  }

  /** Whether audio would leave at once. */
  get canSendAudio(): boolean {
    return !this.isClosed && this.waiting.length === 0 && this.delayMs() === 0 && !this.isClogged;
  }

  /** Sends now, or as soon as the vendor's rate allows. Ask `canSendAudio` before audio, `hasRoom` before anything else. */
  send(message: OutboundMessage, receipt?: Receipt): void {
    if (this.isClosed) return receipt?.(false);
    if (this.waiting.length === 0 && this.delayMs() === 0) return this.write(message, receipt);
    this.waiting.push({ message, receipt });
    this.schedule();
  }

  /** Nothing leaves any more. @returns The receipts of what waited, in order, for the caller to tell. */
  close(): readonly Receipt[] {
    this.isClosed = true;
    this.ports.clock.clearTimer(this.timer);
    this.timer = null;
    const waiting = this.waiting;
    this.waiting = [];
    return waiting.flatMap(({ receipt }) => receipt ?? []);
  }

  private get isClogged(): boolean {
    return this.ports.bufferedBytes() >= this.clogBytes;
  }

  private delayMs(): number {
    return this.limiter?.delayMs(this.ports.clock.nowMs()) ?? 0;
  }

  private write(message: OutboundMessage, receipt: Receipt | undefined): void {
    this.limiter?.record(this.ports.clock.nowMs());
    this.ports.write(message);
    receipt?.(true);
  }

  private schedule(): void {
    if (this.timer !== null) return;
    this.timer = this.ports.clock.setTimer(this.delayMs(), () => {
      this.timer = null;
      while (this.waiting[0] !== undefined && this.delayMs() === 0) {
        const { message, receipt } = this.waiting[0];
        this.waiting.shift();
        this.write(message, receipt);
      }
      if (this.waiting.length > 0) this.schedule();
    });
  }
}
