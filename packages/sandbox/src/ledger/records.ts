// This file defines what the ledger records. Nothing in here ever holds a token, a key or audio.

/** `fatal`: the protocol says must. `strict`: it says should, or we do. `note`: worth knowing. */
export type Severity = 'fatal' | 'strict' | 'note';

/** One breach of a rule. */
export interface Violation {
  /** Stable id, e.g. `C-08`; the README lists them. */
  readonly ruleId: string;
  readonly severity: Severity;
  /** What was seen and what was wanted. */
  readonly detail: string;
  /** Index of the inbound frame that showed it, counted from 0; -1 when no frame did. */
  readonly frameIndex: number;
  /** On the sandbox's clock, in ms. */
  readonly atMs: number;
}

/** One message on a socket. */
export interface FrameRecord {
  /** On the sandbox's clock, in ms. */
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly opcode: 'text' | 'binary';
  readonly sizeBytes: number;
  /** Parsed type, e.g. `auth`, `audio`, `connected`; `malformed` when it could not be read. */
  readonly type: string;
  readonly stateBefore: string;
  readonly stateAfter: string;
}

/** One utterance of the user, as the server heard it. */
export interface UtteranceRecord {
  /** When its end was detected, on the sandbox's clock, in ms. */
  readonly atMs: number;
  /** Positions in the received audio, in samples. */
  readonly startSample: number;
  readonly endSample: number;
  readonly durationMs: number;
  readonly rmsDb: number;
  /** What it said, or a description of it. */
  readonly transcript: string;
}

/** One piece of agent speech. */
export interface LineRecord {
  /** When its last sample left, on the sandbox's clock, in ms. */
  readonly atMs: number;
  readonly text: string;
  readonly lengthSamples: number;
  /** Less than `lengthSamples` when it was cut short. */
  readonly sentSamples: number;
}

/** One HTTP request. */
export interface RequestRecord {
  /** On the sandbox's clock, in ms. */
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly pathname: string;
  readonly status: number;
  readonly violations: readonly Violation[];
}

/** Counts over the whole life of one connection. */
export interface ConnectionCounters {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Audio accepted from the client, in samples. */
  readonly audioSamplesIn: number;
  /** Agent audio sent, in samples. */
  readonly audioSamplesOut: number;
  /** Level of all accepted audio, in dB of full scale. */
  readonly audioRmsDb: number;
  readonly audioPeakDb: number;
  /** Accepted samples at either end of the range. */
  readonly audioClippedSamples: number;
  /** All violations, by rule, kept or not. */
  readonly violationsByRule: Readonly<Record<string, number>>;
}

/** One line of a complete ledger: what the lists above forget when they are full. Plain values; times as there. */
export type LedgerEntry =
  | { readonly kind: 'opened'; readonly connection: number; readonly vendor: string; readonly atMs: number }
  /** `frameIndex` counts what came in; violations name it. */
  | ({ readonly kind: 'frame'; readonly connection: number; readonly frameIndex?: number } & FrameRecord)
  /** `connection` is 0 for one that was found in a request after it was answered; the others are within the request. */
  | ({ readonly kind: 'violation'; readonly connection: number } & Violation)
  | ({ readonly kind: 'utterance'; readonly connection: number } & UtteranceRecord)
  | ({ readonly kind: 'line'; readonly connection: number } & LineRecord)
  | ({ readonly kind: 'request' } & RequestRecord)
  | {
      readonly kind: 'closed';
      readonly connection: number;
      readonly atMs: number;
      readonly close: { readonly code: number; readonly reason: string; readonly wasClean: boolean };
      readonly counters: ConnectionCounters;
    };

/** Takes every entry as it is made; it must not throw, and not keep the caller waiting. */
export type LedgerSink = (entry: LedgerEntry) => void;
