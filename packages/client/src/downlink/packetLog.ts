// This file remembers when each stretch of agent audio was received and decoded, until it has been played.

/** One decoded packet on the stream's sample line. */
export interface PacketTimes {
  /** First stream sample of the packet. */
  readonly startSample: number;
  /** Stream sample after its last. */
  readonly endSample: number;
  readonly receivedMs: number;
  readonly decodedMs: number;
}

/** Ten minutes of 20 ms packets; older entries give way, which costs a measurement, never audio. */
const CAPACITY = 30_000;

/** Finds the packet a played sample came in. */
export class PacketLog {
  private readonly packets: PacketTimes[] = [];

  add(packet: PacketTimes): void {
    this.packets.push(packet);
    if (this.packets.length > CAPACITY) this.packets.shift();
  }

  /** The packet that holds `streamSample`; everything older is forgotten. Undefined when it is not known. */
  take(streamSample: number): PacketTimes | undefined {
    while (this.packets.length > 0) {
      const first = this.packets[0];
      if (first === undefined || streamSample < first.startSample) return undefined;
      if (streamSample < first.endSample) return first;
      this.packets.shift();
    }
    return undefined;
  }
}
