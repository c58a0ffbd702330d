// This file turns what both sides say, as it comes in pieces, into a list to show. Pure: lists are never changed, but replaced.
import type { SessionEvents } from '../session/events.ts';

/** What one side said without the other in between. */
export interface TranscriptLine {
  /** Stays the same while the line grows: a key for lists. */
  readonly id: number;
  readonly role: 'user' | 'agent';
  readonly text: string;
  /** Nothing of it will change any more. */
  readonly isFinal: boolean;
  /** The user cut the agent off here: the end of it was said, but not heard. */
  readonly isInterrupted: boolean;
}

export type Transcript = readonly TranscriptLine[];

/** Lines that are kept; of a longer conversation the oldest go. */
const MAX_LINES = 1_000;

/** The user's words: what was not final is replaced. */
export function addUserText(lines: Transcript, { text, isFinal }: SessionEvents['transcript']): Transcript {
  const open = lines.filter((line) => line.role === 'user' && !line.isFinal).at(-1);
  return open === undefined ? append(lines, 'user', text, isFinal) : replace(lines, { ...open, text, isFinal });
}

/** The agent's words: another piece of the line that is open. */
export function addAgentText(lines: Transcript, { text }: SessionEvents['agentText']): Transcript {
  const open = openAgentLine(lines);
  return open === undefined ? append(lines, 'agent', text, false) : replace(lines, { ...open, text: open.text + text });
}

/** The agent has said all of a reply; where the vendor repeats it whole, that is what counts. */
export function completeAgentTurn(lines: Transcript, { fullText }: SessionEvents['turnCompleted']): Transcript {
  const open = openAgentLine(lines);
  if (open !== undefined) return replace(lines, { ...open, text: fullText ?? open.text, isFinal: true });
  return fullText === undefined || fullText === '' ? lines : append(lines, 'agent', fullText, true);
}

/** The agent was cut off in what it said last. */
export function interruptAgent(lines: Transcript): Transcript {
  const last = lines.filter(({ role }) => role === 'agent').at(-1);
  return last === undefined ? lines : replace(lines, { ...last, isFinal: true, isInterrupted: true });
}

function openAgentLine(lines: Transcript): TranscriptLine | undefined {
  const last = lines.filter(({ role }) => role === 'agent').at(-1);
  return last?.isFinal === false ? last : undefined;
}

function append(lines: Transcript, role: TranscriptLine['role'], text: string, isFinal: boolean): Transcript {
  const id = (lines.at(-1)?.id ?? 0) + 1;
  return [...lines.slice(1 - MAX_LINES), { id, role, text, isFinal, isInterrupted: false }];
}

function replace(lines: Transcript, line: TranscriptLine): Transcript {
  return lines.map((other) => (other.id === line.id ? line : other));
}
