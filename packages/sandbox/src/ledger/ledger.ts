// This file keeps the records of all connections and requests, as many as fit a fixed bound.
import type { AudioTruthLevel } from '../truth/audioTruth.ts';
import { DEFAULT_AUDIO_TRUTH } from '../truth/audioTruth.ts';
import { BoundedList } from './boundedList.ts';
import type { ConnectionRecord, LedgerKeeping } from './connectionLedger.ts';
import { ConnectionLedger } from './connectionLedger.ts';
import type { LedgerSink, RequestRecord, Severity, Violation } from './records.ts';

/** Connections kept after they closed; with 2,000 frames of about 100 bytes each, some 13 MB at most. */
export const MAX_CLOSED_CONNECTIONS = 64;
/** The same while audio is recorded. */
export const MAX_CLOSED_RECORDINGS = 8;
const MAX_REQUESTS = 500;
const MAX_REQUEST_VIOLATIONS = 50;
/** Latest violations of all, for those who watch. */
const MAX_LATEST_VIOLATIONS = 50;
const MAX_METHOD_CHARS = 20;
const MAX_PATHNAME_CHARS = 500;
/** Audio kept per connection and direction when recording is on, in samples: 10 minutes at 16 kHz, 19 MB. */
const RECORDED_SAMPLES = 600 * 16_000;

/** What the sandbox saw. */
export interface Ledger {
  /** Open connections and the last 64 closed ones (8 with `record`), in the order of acceptance. */
  readonly connections: readonly ConnectionRecord[];
  /** Connections ever accepted. */
  readonly connectionCount: number;
  /** The last 500 HTTP requests. */
  readonly requests: readonly RequestRecord[];
  /** All violations that are kept, of connections and requests, oldest first. */
  readonly violations: readonly Violation[];
  /** Plain values for `JSON.stringify`; no audio. */
  toJSON(): unknown;
}

/** Writes the record of one HTTP request. */
export interface RequestLedger {
  /** One breach that the request shows; fits `Breaches`. */
  recordViolation(ruleId: string, severity: Severity, detail: string): void;
  /** Call it once, with the status of the answer; only then the request is in the ledger. */
  recordStatus(status: number): void;
}

/** How a ledger is kept. */
export interface LedgerBookOptions {
  readonly nowMs: () => number;
  /** Keeps audio. Default false. */
  readonly isRecording?: boolean;
  /** How far received audio is judged. Default `auto`. */
  readonly truth?: AudioTruthLevel | undefined;
  /** Gets every entry, besides. */
  readonly sink?: LedgerSink | undefined;
}

/** A violation and where it was found; without a connection, in a request. */
export interface FoundViolation {
  readonly connection: number | undefined;
  readonly violation: Violation;
}

/** The writing side of `Ledger`. */
export class LedgerBook implements Ledger {
  readonly #keeping: LedgerKeeping;
  readonly #requests = new BoundedList<RequestRecord>(MAX_REQUESTS);
  readonly #connections: ConnectionLedger[] = [];
  readonly #latestViolations = new BoundedList<FoundViolation>(MAX_LATEST_VIOLATIONS);
  #latestRequest: RequestLedger | undefined;
  #connectionCount = 0;
  #closedCount = 0;

  constructor({ nowMs, isRecording = false, truth = DEFAULT_AUDIO_TRUTH, sink }: LedgerBookOptions) {
    const onViolation = (connection: number, violation: Violation): void =>
      this.#latestViolations.push({ connection, violation });
    this.#keeping = { nowMs, recordedSamples: isRecording ? RECORDED_SAMPLES : 0, truth, sink, onViolation };
  }

  /** Opens the record of a new connection. */
  openConnection(vendor: string, state: string): ConnectionLedger {
    this.#connectionCount += 1;
    const connection = new ConnectionLedger(this.#connectionCount, vendor, state, this.#keeping);
    this.#connections.push(connection);
    return connection;
  }

  /** Call it after `recordClose`; forgets the oldest closed connection when there are too many. */
  connectionClosed(): void {
    this.#closedCount += 1;
    if (this.#closedCount <= (this.#keeping.recordedSamples > 0 ? MAX_CLOSED_RECORDINGS : MAX_CLOSED_CONNECTIONS))
      return;
    const oldest = this.#connections.findIndex((connection) => connection.close !== undefined);
    this.#connections.splice(oldest, 1);
    this.#closedCount -= 1;
  }

  /** The one opened last. */
  get latestConnection(): ConnectionLedger | undefined {
    return this.#connections.at(-1);
  }

  /** The one opened last. */
  get latestRequest(): RequestLedger | undefined {
    return this.#latestRequest;
  }

  /** Opens the record of a request. */
  openRequest(method: string, pathname: string): RequestLedger {
    this.#latestRequest = this.#createRequest(method, pathname);
    return this.#latestRequest;
  }

  #createRequest(method: string, pathname: string): RequestLedger {
    const violations: Violation[] = [];
    let isRecorded = false;
    return {
      recordViolation: (ruleId, severity, detail) => {
        if (violations.length >= MAX_REQUEST_VIOLATIONS) return;
        const violation: Violation = { ruleId, severity, detail, frameIndex: -1, atMs: this.#keeping.nowMs() };
        violations.push(violation);
        this.#latestViolations.push({ connection: undefined, violation });
        if (isRecorded) this.#keeping.sink?.({ kind: 'violation', connection: 0, ...violation });
      },
      recordStatus: (status) => {
        isRecorded = true;
        const atMs = this.#keeping.nowMs();
        const shown = { method: method.slice(0, MAX_METHOD_CHARS), pathname: pathname.slice(0, MAX_PATHNAME_CHARS) };
        const record: RequestRecord = { atMs, ...shown, status, violations };
        this.#requests.push(record);
        this.#keeping.sink?.({ kind: 'request', ...record });
      },
    };
  }

  get connections(): readonly ConnectionRecord[] {
    return this.#connections;
  }

  get connectionCount(): number {
    return this.#connectionCount;
  }

  get requests(): readonly RequestRecord[] {
    return this.#requests.toArray();
  }

  get violations(): readonly Violation[] {
    return [...this.#requests.toArray(), ...this.#connections]
      .flatMap(({ violations }) => violations)
      .sort((a, b) => a.atMs - b.atMs);
  }

  /** The last 50 of all, oldest first; found without a look at every connection. */
  get latestViolations(): readonly FoundViolation[] {
    return this.#latestViolations.toArray();
  }

  toJSON(): unknown {
    const connections = this.#connections.map((connection) => ({
      ...describeConnection(connection),
      frames: connection.frames,
    }));
    return { connectionCount: this.#connectionCount, requests: this.requests, connections };
  }
}

/** A connection in plain values, but for its frames: they are most of it. */
export function describeConnection(connection: ConnectionRecord): object {
  const { id, vendor, openedAtMs, closedAtMs, close, state, counters, violations, utterances, lines } = connection;
  return { id, vendor, openedAtMs, closedAtMs, close, state, counters, violations, utterances, lines };
}
