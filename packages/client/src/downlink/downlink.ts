// This file is the way of the agent's voice: packet → dead reply? → samples → player; and back: which packet is heard.
import type { AudioFormat, Capabilities, PcmFormat, SessionEvent } from '@voicewire/protocol';
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import { Generations } from '../turn/generations.ts';
import { Heard, type HeardReply } from '../turn/heard.ts';
import type { AudioDecoder, AudioDecoders, AudioDecoderSink } from './audioDecoder.ts';
import { PcmDecoder } from './decodePcm.ts';
import { PacketLog, type PacketTimes } from './packetLog.ts';

export interface DownlinkCounters {
  readonly receivedPackets: number;
  readonly receivedBytes: number;
  /** Samples handed to the player, at the vendor's rate. */
  readonly decodedSamples: number;
  /** Packets that belonged to an interrupted reply. */
  readonly deadPackets: number;
  /** Pieces of text that belonged to an interrupted reply. */
  readonly deadTexts: number;
  /** Packets whose length was not a whole number of samples. */
  readonly oddPackets: number;
}

type AgentAudio = Extract<SessionEvent, { type: 'agentAudio' }>;
type AgentText = Extract<SessionEvent, { type: 'agentText' }>;

export interface DownlinkPorts {
  readonly output: AudioOutput;
  /** For vendors whose audio is compressed. */
  readonly decoders: AudioDecoders | undefined;
  /** Session clock. */
  nowMs(): number;
  onError(error: VoiceError): void;
}

/** One stream of packets that are decoded together. */
interface Stream {
  readonly key: string;
  readonly generation: string | undefined;
  readonly streamId: string | undefined;
  readonly decoder: AudioDecoder;
  isDead: boolean;
  /** When the newest packet came in. */
  receivedMs: number;
  /** When the first packet came in that no samples have come out for yet. */
  awaitedMs: number | undefined;
}

/** Streams that may be open at once: a reply and the one after it, sentence by sentence. More means ends are missing. */
const MAX_STREAMS = 16;

/** The downlink of one session, from its first connection to its last. */
export class Downlink {
  private readonly generations: Generations;
  private readonly heard: Heard;
  private readonly log = new PacketLog();
  private readonly streams = new Map<string, Stream>();
  private readonly outputRate: number;
  private receivedPackets = 0;
  private receivedBytes = 0;
  private decodedSamples = 0;
  private deadPackets = 0;
  private deadTexts = 0;
  private oddPackets = 0;
  private hasWrongRate = false;
  private isFillerQueued = false;
  private connectionCount = 0;
  private isClosed = false;

  constructor(
    capabilities: Capabilities,
    outputSampleRate: number,
    private readonly ports: DownlinkPorts,
  ) {
    this.generations = new Generations(capabilities.generationKey);
    this.outputRate = outputSampleRate;
    this.heard = new Heard(outputSampleRate);
  }

  get counters(): DownlinkCounters {
    return {
      receivedPackets: this.receivedPackets,
      receivedBytes: this.receivedBytes,
      decodedSamples: this.decodedSamples,
      deadPackets: this.deadPackets,
      deadTexts: this.deadTexts,
      oddPackets: this.oddPackets,
    };
  }

  /** Takes one packet of agent audio in. */
  push(received: AgentAudio, receivedMs: number): void {
    const packet = this.renamed(received);
    this.receivedPackets += 1;
    this.receivedBytes += packet.bytes.byteLength;
    const isAlive = this.generations.isAlive(receivedMs, packet.generation);
    if (!isAlive) this.deadPackets += 1;
    const stream = this.isClosed ? undefined : this.streamOf(packet, isAlive, receivedMs);
    if (stream === undefined) return;
    if (isAlive) this.endFiller();
    this.heard.expectAudio(packet.generation, packet.streamId);
    stream.receivedMs = receivedMs;
    // Without a name the next reply comes in the same stream: dead packets pass through its decoder too, as an odd byte in
    // one of them shifts all that follow.
    stream.isDead = packet.generation === undefined ? !isAlive : stream.isDead || !isAlive;
    // Nobody waits for the samples of a dead packet, and the next living ones are not its.
    stream.awaitedMs = stream.isDead ? undefined : (stream.awaitedMs ?? receivedMs);
    stream.decoder.push(packet.bytes);
  }

  /** Takes words of the agent in. @returns False when their reply is dead: nobody hears them. */
  addText(received: AgentText): boolean {
    const { generation, text, alignment } = this.renamed(received);
    if (this.generations.isDead(generation)) {
      this.deadTexts += 1;
      return false;
    }
    this.generations.note(generation);
    this.heard.addText(generation, text, alignment);
    return true;
  }

  /** Samples handed to the player so far: the end of its line. */
  get writtenSamples(): number {
    return this.decodedSamples;
  }

  /** What the player threw away: `[fromSample, toSample)` on its line. @returns What was heard of the reply it was part of. */
  cut(fromSample: number, toSample: number): HeardReply | undefined {
    const heard = this.heard.cut(fromSample, toSample);
    if (heard?.generation === undefined) return heard;
    return { ...heard, generation: heard.generation.slice(heard.generation.indexOf(' ') + 1) };
  }

  /** Bridges a wait: played only while nothing else is queued, and cut when agent audio comes. */
  playFiller(bytes: Uint8Array, format: PcmFormat, receivedMs: number): void {
    const { writtenSamples, playedSamples, discardedSamples } = this.ports.output.counters;
    const isIdle = playedSamples + discardedSamples >= writtenSamples;
    if (this.isClosed || !isIdle || format.sampleRate !== this.outputRate) return;
    this.isFillerQueued = true;
    this.play(new PcmDecoder().decode(bytes), receivedMs);
  }

  /** No more audio comes for this stream, or this reply. */
  end(vendorName: string | undefined, streamId: string | undefined): void {
    const generation = this.nameOf(vendorName);
    const key = keyOf(generation, streamId);
    const stream = this.streams.get(key);
    if (stream === undefined) return;
    this.streams.delete(key);
    stream.decoder.end();
    this.heard.endAudio(generation, streamId);
  }

  /** Nothing of the agent's has come since it was interrupted. */
  get isInterrupted(): boolean {
    return this.generations.isAllDead;
  }

  /**
   * All that was received is dead, and what still arrives of it is dropped. @param generation Dead as well, although
   * perhaps nothing of it was received.
   */
  interrupt(generation?: string): void {
    this.generations.interrupt(this.ports.nowMs());
    const name = this.nameOf(generation);
    if (name !== undefined) this.generations.bury(name);
    this.killStreams();
  }

  /** The connection is gone: no stream goes on. What was decoded is still heard. */
  disconnect(): void {
    for (const stream of this.streams.values()) stream.decoder.end();
    this.streams.clear();
    this.connectionCount += 1;
    this.generations.restart();
  }

  /** Nothing more is written to the player, whatever comes or is still being decoded. */
  close(): void {
    this.isClosed = true;
    for (const stream of this.streams.values()) stream.decoder.dispose();
    this.streams.clear();
  }

  /** When the packet with this stream sample came in. Ask in playing order. */
  timesOf(streamSample: number): PacketTimes | undefined {
    return this.log.take(streamSample);
  }

  /** A vendor may count its replies anew on every connection: a name of ours begins with the connection's number. */
  private nameOf(generation: string | undefined): string | undefined {
    return generation === undefined ? undefined : `${this.connectionCount} ${generation}`;
  }

  private renamed<Piece extends AgentAudio | AgentText>(piece: Piece): Piece {
    const generation = this.nameOf(piece.generation);
    return generation === undefined ? piece : { ...piece, generation };
  }

  private endFiller(): void {
    if (!this.isFillerQueued) return;
    this.isFillerQueued = false;
    void this.ports.output.flush();
  }

  private streamOf(packet: AgentAudio, isAlive: boolean, receivedMs: number): Stream | undefined {
    const { generation, streamId, format } = packet;
    const key = keyOf(generation, streamId);
    const known = this.streams.get(key);
    if (known !== undefined) return known;
    // A reply with a name that is dead needs no decoder: nothing of it will ever be heard.
    if (!isAlive && generation !== undefined) return undefined;
    this.makeRoom();
    const decoder = this.open(format, () => stream);
    const stream: Stream = { key, generation, streamId, isDead: false, receivedMs, awaitedMs: undefined, decoder };
    this.streams.set(key, stream);
    return stream;
  }

  private open(format: AudioFormat, streamOf: () => Stream): AudioDecoder {
    const sink = {
      onPcm: (pcm: Int16Array, sampleRate: number) => this.write(streamOf(), pcm, sampleRate),
      onFault: (error: VoiceError) => this.ports.onError(error),
    };
    if (format.encoding === 'pcm-s16le') return this.openPcm(format, sink.onPcm);
    const { decoders } = this.ports;
    if (decoders !== undefined) return decoders.open(format, sink);
    const details = { encoding: format.encoding };
    this.ports.onError(createVoiceError('audio-undecodable', 'There is no decoder for the audio.', { details }));
    return NO_DECODER;
  }

  /** Decodes within `push`. Half a sample at the very end is no sound. */
  private openPcm({ sampleRate }: PcmFormat, onPcm: AudioDecoderSink['onPcm']): AudioDecoder {
    const decoder = new PcmDecoder();
    return {
      push: (bytes) => {
        if (bytes.byteLength % 2 === 1) this.countOddPacket();
        onPcm(decoder.decode(bytes), sampleRate);
      },
      end: () => undefined,
      dispose: () => undefined,
    };
  }

  private write(stream: Stream, pcm: Int16Array, sampleRate: number): void {
    // A stream that has ended may still be in the decoder when its reply dies, or the session ends.
    if (this.isClosed || stream.isDead || this.generations.isDead(stream.generation) || pcm.length === 0) return;
    if (sampleRate !== this.outputRate) return this.refuseRate(sampleRate);
    const { awaitedMs = stream.receivedMs } = stream;
    stream.awaitedMs = undefined;
    this.heard.addAudio(stream.generation, stream.streamId, this.decodedSamples, pcm.length);
    this.play(pcm, awaitedMs);
  }

  private play(pcm: Int16Array, receivedMs: number): void {
    const startSample = this.decodedSamples;
    this.decodedSamples += pcm.length;
    this.log.add({ startSample, endSample: this.decodedSamples, receivedMs, decodedMs: this.ports.nowMs() });
    this.ports.output.write(pcm);
  }

  private countOddPacket(): void {
    this.oddPackets += 1;
    if (this.oddPackets > 1) return;
    this.ports.onError(createVoiceError('odd-audio-length', 'Agent audio arrived with half a sample at its end.'));
  }

  /** Played at the wrong rate, speech turns into a chipmunk's: better none, and a reason. */
  private refuseRate(sampleRate: number): void {
    if (this.hasWrongRate) return;
    this.hasWrongRate = true;
    const details = { sampleRate, expectedSampleRate: this.outputRate };
    const happened = `Agent audio came at ${sampleRate} Hz, and ${this.outputRate} Hz were announced.`;
    this.ports.onError(createVoiceError('unexpected-sample-rate', happened, { details }));
  }

  private killStreams(): void {
    for (const stream of this.streams.values()) {
      stream.isDead = true;
      // Without a name, what comes next may be the next reply: its decoder goes on, for the odd byte's sake.
      if (stream.generation === undefined) continue;
      this.streams.delete(stream.key);
      stream.decoder.dispose();
    }
  }

  private makeRoom(): void {
    if (this.streams.size < MAX_STREAMS) return;
    const [oldest] = this.streams.values();
    if (oldest === undefined) return;
    this.streams.delete(oldest.key);
    oldest.decoder.end();
  }
}

function keyOf(generation: string | undefined, streamId: string | undefined): string {
  return streamId ?? generation ?? '';
}

const NO_DECODER: AudioDecoder = { push: () => undefined, end: () => undefined, dispose: () => undefined };
