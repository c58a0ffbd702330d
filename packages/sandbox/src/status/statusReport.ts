// This file sums the ledger up for people who watch: who is connected, how loud both sides are, what went wrong last.
import type { ConnectionRecord } from '../ledger/connectionLedger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Severity } from '../ledger/records.ts';

/** Latest connections, violations and requests that are shown. */
const SHOWN_CONNECTIONS = 50;
const SHOWN_VIOLATIONS = 50;
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
  readonly violationCounts: Readonly<Record<Severity, number>>;
}

/** What the page shows. */
export interface StatusReport {
  readonly connectionCount: number;
  readonly openCount: number;
  /** Newest first. */
  readonly connections: readonly StatusConnection[];
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
export function reportStatus(ledger: Ledger, nowMs: number): StatusReport {
  const { connections } = ledger;
  const violations = [
    ...ledger.requests.flatMap((request) => request.violations.map((violation) => ({ violation, id: undefined }))),
    ...connections.flatMap(({ id, violations: found }) => found.map((violation) => ({ violation, id }))),
  ];
  return {
    connectionCount: ledger.connectionCount,
    openCount: connections.filter(({ close }) => close === undefined).length,
    connections: connections
      .slice(-SHOWN_CONNECTIONS)
      .map((connection) => reportConnection(connection, nowMs))
      .reverse(),
    violations: violations
      .sort((a, b) => b.violation.atMs - a.violation.atMs)
      .slice(0, SHOWN_VIOLATIONS)
      .map(({ violation: { atMs, ruleId, severity, detail }, id }) => ({
        atSeconds: atMs / 1000,
        connection: id,
        ruleId,
        severity,
        detail,
      })),
    requests: ledger.requests
      .slice(-SHOWN_REQUESTS)
      .reverse()
      .map(({ atMs, method, pathname, status }) => ({ atSeconds: atMs / 1000, method, pathname, status })),
  };
}

function reportConnection(connection: ConnectionRecord, nowMs: number): StatusConnection {
  const { id, vendor, state, close, counters, violations, utterances, lines } = connection;
  const violationCounts: Record<Severity, number> = { fatal: 0, strict: 0, note: 0 };
  for (const { severity } of violations) violationCounts[severity] += 1;
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
