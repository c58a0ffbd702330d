// This file is the way of the user's voice: captured frame → gate → message → compressed, where the vendor wants it →
// vendor's encoding → socket.
import type { Capabilities } from '@voicewire/protocol';
import type { AudioEncoder } from '../ports/audioEncoder.ts';
import type { AudioInput, CapturedFrame } from '../ports/audioInput.ts';
import { SampleRing } from '../timing/sampleRing.ts';
import { Gate, type GateCounters } from './gate/gate.ts';
import { Packer } from './pack.ts';

export interface UplinkCounters extends GateCounters {
  readonly sentMessages: number;
  readonly sentBytes: number;
}

export interface UplinkPorts {
  /** Encodes and sends one message; false when protocol or socket do not take it. The bytes are valid during the call. */
  send(bytes: Uint8Array): boolean;
  /** Whether the socket takes audio now. */
  canSend(): boolean;
  /** Session clock. */
  nowMs(): number;
  /** A frame whose score is lower is silence: the first to go where some must. */
  readonly speechThreshold: number;
  onCongested(droppedMs: number): void;
  onLost(durationMs: number): void;
}

const FRAME_MS = 20;
/** Hz of captured frames. */
const CAPTURE_SAMPLE_RATE = 16_000;

/** The uplink of one session, from its first connection to its last. */
export class Uplink {
  /** From the capture of a message's last sample to its hand-over to the socket. */
  readonly captureToWireMs = new SampleRing();
  private readonly gate: Gate;
  private readonly packer: Packer;
  /** Null: samples go as they are. */
  private encoder: AudioEncoder | null = null;
  private sentMessages = 0;
  private sentBytes = 0;
  private readonly messageMs: number;
  private isEnding = false;

  constructor(
    capabilities: Capabilities,
    private readonly input: AudioInput,
    private readonly ports: UplinkPorts,
  ) {
    const { uplinkMessageMs, needsContinuousUplink } = capabilities;
    this.packer = new Packer(uplinkMessageMs, CAPTURE_SAMPLE_RATE, (pcm, endMs) => this.sendMessage(pcm, endMs));
    this.messageMs = uplinkMessageMs;
    this.gate = new Gate(needsContinuousUplink ? 'zeros' : 'nothing', Math.round(uplinkMessageMs / FRAME_MS), {
      pass: (pcm, endMs) => this.packer.push(pcm, endMs),
      cutMessage: () => this.packer.finish(),
      canPass: () => ports.canSend(),
      onCongested: (frameCount) => ports.onCongested(frameCount * FRAME_MS),
      onLost: (frameCount) => ports.onLost(frameCount * FRAME_MS),
    });
  }

  get counters(): UplinkCounters {
    return { ...this.gate.counters, sentMessages: this.sentMessages, sentBytes: this.sentBytes };
  }

  /** Messages are compressed from now on. Call it before the gate opens. */
  encodeWith(encoder: AudioEncoder): void {
    this.encoder = encoder;
  }

  /** Frames that were given up before they came here. */
  countDropped(frameCount: number): void {
    this.gate.countDropped(frameCount);
  }

  push(frame: CapturedFrame): void {
    const captureEndMs = this.input.captureTimeMs(frame.firstSampleIndex + frame.spanSamples);
    this.gate.push(frame.pcm, captureEndMs, frame.speechScore < this.ports.speechThreshold, this.ports.nowMs());
  }

  get isMuted(): boolean {
    return this.gate.isMuted;
  }

  setMuted(isMuted: boolean): void {
    this.gate.setMuted(isMuted);
  }

  /** The vendor listens: what was kept goes first. */
  open(): void {
    this.gate.open(this.ports.nowMs());
  }

  /** The vendor does not listen for now: the newest is kept. */
  close(): void {
    this.gate.close();
    this.encoder?.finish();
  }

  /** The connection is gone, and another is on its way. */
  lose(): void {
    this.gate.lose(this.ports.nowMs());
    // What the old connection did not get of its stream is of no use to the next one.
    this.encoder?.finish();
  }

  /**
   * The user's turn is complete: its last message is padded with zeros. @param onOut Called when all of it has left, or was
   * dropped; at once if none waits.
   */
  endTurn(onOut: () => void): void {
    this.gate.endTurn(() => {
      this.endStream();
      onOut();
    });
  }

  /** The input is about to stop. What it still delivers is sent, but not measured: its padding lies in the future. */
  expectTail(): void {
    this.isEnding = true;
  }

  /** More waits than may leave in one instant: `tick` lets it out at its rate. */
  get isBehind(): boolean {
    return this.gate.isBehind;
  }

  /** Lets out what may leave by now; for when no frame comes any more. */
  tick(): void {
    this.gate.tick(this.ports.nowMs());
  }

  /** The input has stopped: what is left goes out, as far as it may. */
  finish(): void {
    this.gate.finish();
    this.endStream();
  }

  private endStream(): void {
    const rest = this.encoder?.finish();
    if (rest !== undefined && rest.length > 0) this.send(rest);
  }

  private sendMessage(pcm: Uint8Array, captureEndMs: number): void {
    const bytes = this.encoder === null ? pcm : this.encoder.encode(pcm);
    // An encoder keeps what does not fill a frame.
    if (bytes.length === 0 || !this.send(bytes)) return;
    if (!this.isEnding) this.captureToWireMs.record(this.ports.nowMs() - captureEndMs);
  }

  private send(bytes: Uint8Array): boolean {
    if (!this.ports.send(bytes)) {
      // Whoever may send is not refused, except by a vendor that changed its mind without a word.
      this.ports.onCongested(this.messageMs);
      return false;
    }
    this.sentMessages += 1;
    this.sentBytes += bytes.byteLength;
    return true;
  }
}
