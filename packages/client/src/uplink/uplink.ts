// This file is the way of the user's voice: captured frame → gate → message → vendor's encoding → socket.
import type { Capabilities } from '@voicewire/protocol';
import type { AudioInput, CapturedFrame } from '../ports/audioInput.ts';
import { SampleRing } from '../timing/sampleRing.ts';
import { Gate, type GateCounters } from './gate.ts';
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
  onCongested(droppedMs: number): void;
  onLost(durationMs: number): void;
}

const FRAME_MS = 20;
/** A frame whose score is lower is silence: the first to go where some must. */
const SPEECH_SCORE = 0.5;

/** The uplink of one session, from its first connection to its last. */
export class Uplink {
  /** From the capture of a message's last sample to its hand-over to the socket. */
  readonly captureToWireMs = new SampleRing();
  private readonly gate: Gate;
  private readonly packer: Packer;
  private sentMessages = 0;
  private sentBytes = 0;
  private lastCaptureEndMs = 0;
  private isEnding = false;

  constructor(
    capabilities: Capabilities,
    private readonly input: AudioInput,
    private readonly ports: UplinkPorts,
  ) {
    const { uplinkMessageMs, uplinkAudio, needsContinuousUplink } = capabilities;
    this.packer = new Packer(uplinkMessageMs, uplinkAudio.sampleRate, (bytes, endMs) => this.sendMessage(bytes, endMs));
    this.gate = new Gate(needsContinuousUplink ? 'zeros' : 'nothing', {
      pass: (pcm, endMs) => this.packer.push(pcm, endMs),
      canPass: () => ports.canSend(),
      onCongested: (frameCount) => ports.onCongested(frameCount * FRAME_MS),
      onLost: (frameCount) => ports.onLost(frameCount * FRAME_MS),
    });
  }

  get counters(): UplinkCounters {
    return { ...this.gate.counters, sentMessages: this.sentMessages, sentBytes: this.sentBytes };
  }

  push(frame: CapturedFrame): void {
    this.lastCaptureEndMs = this.input.captureTimeMs(frame.firstSampleIndex + frame.spanSamples);
    this.gate.push(frame.pcm, this.lastCaptureEndMs, frame.speechScore < SPEECH_SCORE);
  }

  setMuted(isMuted: boolean): void {
    this.gate.setMuted(isMuted);
  }

  /** The vendor listens: what was kept goes first. */
  open(): void {
    this.gate.open();
  }

  /** The vendor does not listen for now: the newest is kept. */
  close(): void {
    this.flushTurn();
    this.gate.close();
  }

  /** The connection is gone, and another is on its way. */
  lose(): void {
    this.gate.lose();
  }

  /** The user's turn is complete: a begun message leaves now, padded with zeros. */
  flushTurn(): void {
    this.packer.finish(this.lastCaptureEndMs);
  }

  /** The input is about to stop. What it still delivers is sent, but not measured: its padding lies in the future. */
  expectTail(): void {
    this.isEnding = true;
  }

  /** The input has stopped: everything that is left goes out. */
  finish(): void {
    this.gate.finish();
    this.packer.finish(this.lastCaptureEndMs);
  }

  private sendMessage(bytes: Uint8Array, captureEndMs: number): void {
    if (!this.ports.send(bytes)) return;
    this.sentMessages += 1;
    this.sentBytes += bytes.byteLength;
    if (!this.isEnding) this.captureToWireMs.record(this.ports.nowMs() - captureEndMs);
  }
}
