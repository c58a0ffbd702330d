// This file is the way of the agent's voice: packet → dead reply? → samples → player; and back: which packet is heard.
import type { Capabilities } from '@voicewire/protocol';
import type { AudioOutput } from '../ports/audioOutput.ts';
import { Generations } from '../turn/generations.ts';
import { PcmDecoder } from './decodePcm.ts';
import { PacketLog, type PacketTimes } from './packetLog.ts';

export interface DownlinkCounters {
  readonly receivedPackets: number;
  readonly receivedBytes: number;
  /** Samples handed to the player, at the vendor's rate. */
  readonly decodedSamples: number;
  /** Packets that belonged to an interrupted reply. */
  readonly deadPackets: number;
  /** Packets whose length was not a whole number of samples. */
  readonly oddPackets: number;
}

/** One connection attempt's downlink. */
export class Downlink {
  private readonly generations: Generations;
  private readonly decoder = new PcmDecoder();
  private readonly log = new PacketLog();
  private receivedPackets = 0;
  private receivedBytes = 0;
  private decodedSamples = 0;
  private deadPackets = 0;

  constructor(
    capabilities: Capabilities,
    private readonly output: AudioOutput,
    private readonly nowMs: () => number,
  ) {
    this.generations = new Generations(capabilities.generationKey);
  }

  get counters(): DownlinkCounters {
    return {
      receivedPackets: this.receivedPackets,
      receivedBytes: this.receivedBytes,
      decodedSamples: this.decodedSamples,
      deadPackets: this.deadPackets,
      oddPackets: this.decoder.oddPacketCount,
    };
  }

  /** Takes one packet of agent audio in. */
  push(bytes: Uint8Array, receivedMs: number): void {
    this.receivedPackets += 1;
    this.receivedBytes += bytes.byteLength;
    const isAlive = this.generations.isAlive(receivedMs);
    // Dead packets pass through the decoder too: an odd byte in one of them shifts all that follow.
    const pcm = this.decoder.decode(bytes);
    if (!isAlive) {
      this.deadPackets += 1;
      return;
    }
    if (pcm.length === 0) return;
    const startSample = this.decodedSamples;
    this.decodedSamples += pcm.length;
    this.log.add({ startSample, endSample: this.decodedSamples, receivedMs, decodedMs: this.nowMs() });
    this.output.write(pcm);
  }

  /** The reply being received is dead: what of it arrives from now on is dropped. */
  interrupt(): void {
    this.generations.interrupt(this.nowMs());
  }

  /** When the packet with this stream sample came in. Ask in playing order. */
  timesOf(streamSample: number): PacketTimes | undefined {
    return this.log.take(streamSample);
  }
}
