// This file writes the text at `/`: who is connected, and what they did wrong.
import type { Ledger } from '../ledger/ledger.ts';
import type { ConnectionRecord } from '../ledger/connectionLedger.ts';

/** Latest violations shown. */
const SHOWN_VIOLATIONS = 20;

/** Plain text for people; programs read `/ledger`. */
export function describeStatus(ledger: Ledger): string {
  const open = ledger.connections.filter((connection) => connection.close === undefined);
  const lines = [
    'Voicewire sandbox',
    '',
    `${open.length} open of ${ledger.connectionCount} connections so far; all records as JSON: /ledger`,
    '',
    ...ledger.connections.map(describeConnection),
    '',
    'Latest violations',
    ...ledger.violations.slice(-SHOWN_VIOLATIONS).map(({ ruleId, severity, detail }) => {
      return `  ${ruleId}  ${severity.padEnd(6)}  ${detail}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function describeConnection({ id, vendor, state, counters }: ConnectionRecord): string {
  const { audioSamplesIn, audioSamplesOut, audioRmsDb } = counters;
  const seconds = (samples: number): string => (samples / 16_000).toFixed(1);
  const heard = `heard ${seconds(audioSamplesIn)} s at ${audioRmsDb.toFixed(0)} dB`;
  return `  #${id}  ${vendor}  ${state.padEnd(14)}  ${heard}, said ${seconds(audioSamplesOut)} s`;
}
