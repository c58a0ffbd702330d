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

/** One connection attempt's uplink. */
export class Uplink {
  /** From the capture of a message's last sample to its hand-over to the socket. */
  readonly captureToWireMs = new SampleRing();
  private readonly gate: Gate;
  private readonly packer: Packer;
  private sentMessages = 0;
  private sentBytes = 0;
  private lastCaptureEndMs = 0;
  private isEnding = false;

  /**
   * @param send Encodes and sends one message; false when the protocol or the socket does not take it now.
   * @param nowMs Session clock.
   */
  constructor(
    capabilities: Capabilities,
    private readonly input: AudioInput,
    private readonly send: (bytes: Uint8Array) => boolean,
    private readonly nowMs: () => number,
  ) {
    const { uplinkMessageMs, uplinkAudio, needsContinuousUplink } = capabilities;
    this.packer = new Packer(uplinkMessageMs, uplinkAudio.sampleRate, (bytes, endMs) => this.sendMessage(bytes, endMs));
    this.gate = new Gate(needsContinuousUplink ? 'zeros' : 'nothing', (pcm, endMs) => this.packer.push(pcm, endMs));
  }

  get counters(): UplinkCounters {
    return { ...this.gate.counters, sentMessages: this.sentMessages, sentBytes: this.sentBytes };
  }

  push(frame: CapturedFrame): void {
    this.lastCaptureEndMs = this.input.captureTimeMs(frame.firstSampleIndex + frame.spanSamples);
    this.gate.push(frame.pcm, this.lastCaptureEndMs);
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
    this.gate.close();
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
    if (!this.send(bytes)) return;
    this.sentMessages += 1;
    this.sentBytes += bytes.byteLength;
    if (!this.isEnding) this.captureToWireMs.record(this.nowMs() - captureEndMs);
  }
}
