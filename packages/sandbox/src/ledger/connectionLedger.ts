// This file keeps the record of one connection: bounded lists, and counters that never stop counting.
import { LevelMeter } from '../hearing/levelMeter.ts';
import { PcmTail } from '../hearing/pcmTail.ts';
import { RecentLevel } from '../hearing/recentLevel.ts';
import type { AudioTruthLevel } from '../truth/audioTruth.ts';
import { AudioTruth } from '../truth/audioTruth.ts';
import type { SocketClose } from '../server/connection.ts';
import { BoundedList } from './boundedList.ts';
import { FrameLog } from './frameLog.ts';
import { OrderedSink } from './orderedSink.ts';
import type {
  ConnectionCounters,
  FrameRecord,
  LedgerSink,
  LineRecord,
  Severity,
  UtteranceRecord,
  Violation,
} from './records.ts';

/** Frames kept per connection. */
export const MAX_FRAMES = 2000;
/** Violations, utterances and lines kept per connection, each. */
const MAX_ENTRIES = 200;

/** What anybody may read of one connection. Lists are oldest first and fresh at every reading. */
export interface ConnectionRecord {
  /** Counted from 1 in the order of acceptance. */
  readonly id: number;
  /** Which protocol it speaks, e.g. `voice-api`. */
  readonly vendor: string;
  /** On the sandbox's clock, in ms. */
  readonly openedAtMs: number;
  /** Absent while it is open. */
  readonly closedAtMs: number | undefined;
  /** How it ended; absent while it is open. */
  readonly close: SocketClose | undefined;
  /** The vendor's word for where the session stands. */
  readonly state: string;
  readonly counters: ConnectionCounters;
  /** The last 2,000. */
  readonly frames: readonly FrameRecord[];
  /** The last 200 notes and the last 200 others. */
  readonly violations: readonly Violation[];
  /** All violations, kept or not. */
  readonly violationCounts: Readonly<Record<Severity, number>>;
  /** The last 200. */
  readonly utterances: readonly UtteranceRecord[];
  /** The last 200. */
  readonly lines: readonly LineRecord[];
  /** Level of audio from the client, read once per 100 ms, in dB of full scale; -120 for silence. */
  readonly recentHeardDb: number;
  /** The same for agent audio. */
  readonly recentSaidDb: number;
  /** Audio accepted from the client, at 16 kHz: the last 10 minutes, or nothing when `record` is off. */
  receivedPcm(): Int16Array;
  /** Agent audio sent, likewise. */
  sentPcm(): Int16Array;
}

/** Counted over all of a connection, whatever their severity. */
interface NumberedViolation {
  readonly number: number;
  readonly violation: Violation;
}

/** How all records of one ledger are kept. */
export interface LedgerKeeping {
  readonly nowMs: () => number;
  /** Audio kept per direction, in samples; 0 keeps none. */
  readonly recordedSamples: number;
  /** How far received audio is judged. */
  readonly truth: AudioTruthLevel;
  /** Gets every entry, besides. */
  readonly sink: LedgerSink | undefined;
  readonly onViolation: (connection: number, violation: Violation) => void;
}

/** The writing side of `ConnectionRecord`, for vendors. */
export class ConnectionLedger implements ConnectionRecord {
  readonly id: number;
  readonly vendor: string;
  readonly openedAtMs: number;
  state: string;
  #closedAtMs: number | undefined;
  #close: SocketClose | undefined;
  readonly #nowMs: () => number;
  readonly #sink: OrderedSink | undefined;
  readonly #onViolation: LedgerKeeping['onViolation'];
  readonly #frames = new FrameLog(MAX_FRAMES);
  /** Apart from each other, so that many notes do not wash a fatal breach away. */
  readonly #violations = new BoundedList<NumberedViolation>(MAX_ENTRIES);
  readonly #notes = new BoundedList<NumberedViolation>(MAX_ENTRIES);
  readonly #utterances = new BoundedList<UtteranceRecord>(MAX_ENTRIES);
  readonly #lines = new BoundedList<LineRecord>(MAX_ENTRIES);
  readonly #violationsByRule = new Map<string, number>();
  #fatalCount = 0;
  readonly #level = new LevelMeter();
  readonly #recentHeard: RecentLevel;
  readonly #recentSaid: RecentLevel;
  readonly #truthLevel: AudioTruthLevel;
  /** Made with the first audio: connections that send none stay small. */
  #truth: AudioTruth | undefined;
  readonly #received: PcmTail | undefined;
  readonly #sent: PcmTail | undefined;
  #framesIn = 0;
  #framesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #samplesIn = 0;
  #samplesOut = 0;

  constructor(id: number, vendor: string, state: string, keeping: LedgerKeeping) {
    const { nowMs, recordedSamples, truth, sink, onViolation } = keeping;
    this.id = id;
    this.vendor = vendor;
    this.state = state;
    this.#nowMs = nowMs;
    this.#sink = sink === undefined ? undefined : new OrderedSink(sink);
    this.#onViolation = onViolation;
    this.openedAtMs = nowMs();
    this.#truthLevel = truth;
    this.#recentHeard = new RecentLevel(nowMs);
    this.#recentSaid = new RecentLevel(nowMs);
    this.#received = recordedSamples > 0 ? new PcmTail(recordedSamples) : undefined;
    this.#sent = recordedSamples > 0 ? new PcmTail(recordedSamples) : undefined;
    this.#sink?.pass({ kind: 'opened', connection: id, vendor, atMs: this.openedAtMs });
  }

  /** Index of the latest inbound frame; -1 before the first. */
  get frameIndex(): number {
    return this.#framesIn - 1;
  }

  /**
   * Records a message as it comes, before it is judged: violations name its index, and what it leads to is listed after
   * it. `frameHandled` follows.
   *
   * @returns The frame's number, for `frameHandled`.
   */
  frameArrived(opcode: 'text' | 'binary', sizeBytes: number): number {
    this.#framesIn += 1;
    this.#bytesIn += sizeBytes;
    const atMs = this.#nowMs();
    const { id, frameIndex, state } = this;
    this.#sink?.hold({ connection: id, frameIndex, atMs, direction: 'in', opcode, sizeBytes, stateBefore: state });
    return this.#frames.reserve(atMs, sizeBytes, opcode, state);
  }

  /** The message is judged; the state is where it led to. */
  frameHandled(frame: number, type: string): void {
    this.#frames.settle(frame, type, this.state);
    this.#sink?.settle(type, this.state);
  }

  /**
   * Records a message that was sent.
   *
   * @param stateBefore Of one that tells of a transition: the state that was left.
   * @param stateAfter Of one that is sent before its transition: the state that follows.
   */
  frameSent(
    opcode: 'text' | 'binary',
    sizeBytes: number,
    type: string,
    stateBefore: string = this.state,
    stateAfter: string = this.state,
  ): void {
    this.#framesOut += 1;
    this.#bytesOut += sizeBytes;
    const atMs = this.#nowMs();
    this.#frames.push(atMs, sizeBytes, this.#frames.kindOf('out', opcode, type, stateBefore, stateAfter));
    if (this.#sink === undefined) return;
    const frame: FrameRecord = { atMs, direction: 'out', opcode, sizeBytes, type, stateBefore, stateAfter };
    this.#sink.pass({ kind: 'frame', connection: this.id, ...frame });
  }

  recordViolation(ruleId: string, severity: Severity, detail: string, frameIndex = this.frameIndex): void {
    const violation: Violation = { ruleId, severity, detail, frameIndex, atMs: this.#nowMs() };
    this.#violationsByRule.set(ruleId, (this.#violationsByRule.get(ruleId) ?? 0) + 1);
    if (severity === 'fatal') this.#fatalCount += 1;
    const number = this.#violations.totalCount + this.#notes.totalCount;
    (severity === 'note' ? this.#notes : this.#violations).push({ number, violation });
    this.#onViolation(this.id, violation);
    this.#sink?.pass({ kind: 'violation', connection: this.id, ...violation });
  }

  recordReceivedAudio(pcm: Int16Array): void {
    this.#samplesIn += pcm.length;
    this.#level.add(pcm);
    this.#recentHeard.add(pcm);
    this.#received?.push(pcm);
    if (this.#truthLevel === 'off') return;
    this.#truth ??= new AudioTruth(this.#truthLevel, (id, severity, detail) =>
      this.recordViolation(id, severity, detail),
    );
    this.#truth.push(pcm);
  }

  recordSentAudio(pcm: Int16Array): void {
    this.#samplesOut += pcm.length;
    this.#recentSaid.add(pcm);
    this.#sent?.push(pcm);
  }

  recordUtterance(utterance: Omit<UtteranceRecord, 'atMs'>): void {
    const { startSample, endSample, durationMs, rmsDb, transcript } = utterance;
    const record: UtteranceRecord = { atMs: this.#nowMs(), startSample, endSample, durationMs, rmsDb, transcript };
    this.#utterances.push(record);
    this.#sink?.pass({ kind: 'utterance', connection: this.id, ...record });
  }

  recordLine(line: Omit<LineRecord, 'atMs'>): void {
    const { text, lengthSamples, sentSamples } = line;
    const record: LineRecord = { atMs: this.#nowMs(), text, lengthSamples, sentSamples };
    this.#lines.push(record);
    this.#sink?.pass({ kind: 'line', connection: this.id, ...record });
  }

  recordClose(close: SocketClose): void {
    const atMs = this.#nowMs();
    this.#closedAtMs = atMs;
    this.#close = close;
    this.#sink?.pass({ kind: 'closed', connection: this.id, atMs, close, counters: this.counters });
  }

  get recentHeardDb(): number {
    return this.#recentHeard.db;
  }

  get recentSaidDb(): number {
    return this.#recentSaid.db;
  }

  get closedAtMs(): number | undefined {
    return this.#closedAtMs;
  }

  get close(): SocketClose | undefined {
    return this.#close;
  }

  get violationCounts(): Readonly<Record<Severity, number>> {
    const fatal = this.#fatalCount;
    return { fatal, strict: this.#violations.totalCount - fatal, note: this.#notes.totalCount };
  }

  get counters(): ConnectionCounters {
    return {
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      audioSamplesIn: this.#samplesIn,
      audioSamplesOut: this.#samplesOut,
      audioRmsDb: this.#level.rmsDb,
      audioPeakDb: this.#level.peakDb,
      audioClippedSamples: this.#level.clippedSamples,
      violationsByRule: Object.fromEntries(this.#violationsByRule),
    };
  }

  get frames(): readonly FrameRecord[] {
    return this.#frames.toArray();
  }

  get violations(): readonly Violation[] {
    return [...this.#violations.toArray(), ...this.#notes.toArray()]
      .sort((a, b) => a.number - b.number)
      .map(({ violation }) => violation);
  }

  get utterances(): readonly UtteranceRecord[] {
    return this.#utterances.toArray();
  }

  get lines(): readonly LineRecord[] {
    return this.#lines.toArray();
  }

  receivedPcm(): Int16Array {
    return this.#received?.slice(0, this.#received.endSample) ?? new Int16Array(0);
  }

  sentPcm(): Int16Array {
    return this.#sent?.slice(0, this.#sent.endSample) ?? new Int16Array(0);
  }
}
