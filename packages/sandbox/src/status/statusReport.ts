// This file sums the ledger up for people who watch: who is connected, how loud both sides are, what went wrong last.
import type { ConnectionRecord } from '../ledger/connectionLedger.ts';
import type { LedgerBook } from '../ledger/ledger.ts';
import type { Severity } from '../ledger/records.ts';

/** Connections and requests that are shown. */
const SHOWN_CONNECTIONS = 50;
const SHOWN_REQUESTS = 20;
const SAMPLES_PER_SECOND = 16_000;

/** One connection in a line. */
export interface StatusConnection {
  readonly id: number;
  readonly vendor: string;
  readonly state: string;
  readonly isOpen: boolean;
  /** How it ended, e.g. `1000` or `1006`; empty while it is open. */
  readonly closed: string;
  readonly ageSeconds: number;
  readonly heardSeconds: number;
  readonly saidSeconds: number;
  /** Level of the latest 100 ms each way, in dB of full scale; -120 is silence. */
  readonly heardDb: number;
  readonly saidDb: number;
  /** The last thing heard and said. */
  readonly lastUtterance: string;
  readonly lastLine: string;
  /** Of all, also those that are not kept. */
  readonly violationCounts: Readonly<Record<Severity, number>>;
}

/** What the page shows. */
export interface StatusReport {
  readonly connectionCount: number;
  readonly openCount: number;
  /** Open ones first, then ended ones; newest first each. */
  readonly connections: readonly StatusConnection[];
  /** Those that are not among them. */
  readonly hiddenOpenCount: number;
  readonly hiddenEndedCount: number;
  /** Newest first. */
  readonly violations: readonly {
    readonly atSeconds: number;
    readonly connection: number | undefined;
    readonly ruleId: string;
    readonly severity: Severity;
    readonly detail: string;
  }[];
  readonly requests: readonly {
    readonly atSeconds: number;
    readonly method: string;
    readonly pathname: string;
    readonly status: number;
  }[];
}

/** Sums up; `nowMs` is the sandbox's clock. */
export function reportStatus(ledger: LedgerBook, nowMs: number): StatusReport {
  const { connections, connectionCount } = ledger;
  const open = connections.filter(({ close }) => close === undefined);
  const ended = connections.filter(({ close }) => close !== undefined);
  const shownOpen = newest(open, SHOWN_CONNECTIONS);
  const shownEnded = newest(ended, SHOWN_CONNECTIONS - shownOpen.length);
  return {
    connectionCount,
    openCount: open.length,
    connections: [...shownOpen, ...shownEnded].map((connection) => reportConnection(connection, nowMs)),
    hiddenOpenCount: open.length - shownOpen.length,
    hiddenEndedCount: connectionCount - open.length - shownEnded.length,
    violations: [...ledger.latestViolations]
      .sort((a, b) => b.violation.atMs - a.violation.atMs)
      .map(({ violation: { atMs, ruleId, severity, detail }, connection }) => ({
        atSeconds: atMs / 1000,
        connection,
        ruleId,
        severity,
        detail,
      })),
    requests: newest(ledger.requests, SHOWN_REQUESTS).map(({ atMs, method, pathname, status }) => ({
      atSeconds: atMs / 1000,
      method,
      pathname,
      status,
    })),
  };
}

/** At most `count`, newest first. */
function newest<T>(oldestFirst: readonly T[], count: number): T[] {
  return oldestFirst.slice(Math.max(0, oldestFirst.length - count)).reverse();
}

function reportConnection(connection: ConnectionRecord, nowMs: number): StatusConnection {
  const { id, vendor, state, close, counters, violationCounts, utterances, lines } = connection;
  const utterance = utterances.at(-1);
  return {
    id,
    vendor,
    state,
    isOpen: close === undefined,
    closed: close === undefined ? '' : String(close.code),
    ageSeconds: ((connection.closedAtMs ?? nowMs) - connection.openedAtMs) / 1000,
    heardSeconds: counters.audioSamplesIn / SAMPLES_PER_SECOND,
    saidSeconds: counters.audioSamplesOut / SAMPLES_PER_SECOND,
    heardDb: connection.recentHeardDb,
    saidDb: connection.recentSaidDb,
    lastUtterance: utterance === undefined ? '' : utterance.transcript,
    lastLine: lines.at(-1)?.text ?? '',
    violationCounts,
  };
}
