// This file remembers who spoke when, for the last half minute. Pure; time is an argument.

/** What the strip shows, in ms. */
export const SPAN_MS = 30_000;
/** How finely levels are kept: short enough to show syllables. */
export const COLUMN_MS = 100;
/** A whole number, with one more for the column that is moving out. */
const COLUMN_COUNT = SPAN_MS / COLUMN_MS + 1;

/** Loudest levels within one bar of the strip; 0 to 1. */
export interface Bar {
  readonly startMs: number;
  readonly userLevel: number;
  readonly agentLevel: number;
}

/** A stretch of audible agent speech. */
export interface SpeechSpan {
  readonly startMs: number;
  /** Null while it lasts. */
  readonly endMs: number | null;
}

export class Timeline {
  private readonly user = new Float32Array(COLUMN_COUNT);
  private readonly agent = new Float32Array(COLUMN_COUNT);
  /** Newest column, counted from the beginning of time; -1 before the first level. */
  private newest = -1;
  private spans: SpeechSpan[] = [];

  /** Takes the levels of one frame in; a column keeps the loudest it saw. */
  addLevels(nowMs: number, userLevel: number, agentLevel: number): void {
    const column = Math.floor(nowMs / COLUMN_MS);
    // Columns that nobody drew, as in a hidden tab, are empty, not old.
    const skipped = Math.min(column - this.newest, COLUMN_COUNT);
    for (let i = 0; i < skipped; i++) this.emptyColumn(column - i);
    this.newest = Math.max(this.newest, column);
    const slot = column % COLUMN_COUNT;
    this.user[slot] = Math.max(this.user[slot] ?? 0, userLevel);
    this.agent[slot] = Math.max(this.agent[slot] ?? 0, agentLevel);
  }

  beginAgentSpeech(atMs: number): void {
    this.endAgentSpeech(atMs);
    this.spans.push({ startMs: atMs, endMs: null });
  }

  endAgentSpeech(atMs: number): void {
    const last = this.spans.at(-1);
    if (last !== undefined && last.endMs === null) this.spans[this.spans.length - 1] = { ...last, endMs: atMs };
  }

  /**
   * Bars with any sound in the `SPAN_MS` before `nowMs`, oldest first.
   * @param columnsPerBar Columns that share a bar where there is little room. Bars keep their columns as time goes on.
   */
  bars(nowMs: number, columnsPerBar = 1): Bar[] {
    const bars: Bar[] = [];
    const oldest = Math.max(0, this.newest - COLUMN_COUNT + 1, Math.floor((nowMs - SPAN_MS) / COLUMN_MS));
    for (let column = oldest; column <= this.newest; column++) {
      const userLevel = this.user[column % COLUMN_COUNT] ?? 0;
      const agentLevel = this.agent[column % COLUMN_COUNT] ?? 0;
      if (userLevel === 0 && agentLevel === 0) continue;
      const startMs = (column - (column % columnsPerBar)) * COLUMN_MS;
      const last = bars.at(-1);
      if (last?.startMs !== startMs) bars.push({ startMs, userLevel, agentLevel });
      else bars[bars.length - 1] = louder(last, userLevel, agentLevel);
    }
    return bars;
  }

  /** Agent speech in the `SPAN_MS` before `nowMs`, oldest first. What is older is forgotten. */
  agentSpeech(nowMs: number): readonly SpeechSpan[] {
    this.spans = this.spans.filter(({ endMs }) => endMs === null || endMs > nowMs - SPAN_MS);
    return this.spans;
  }

  clear(): void {
    this.user.fill(0);
    this.agent.fill(0);
    this.newest = -1;
    this.spans = [];
  }

  private emptyColumn(column: number): void {
    if (column < 0) return;
    this.user[column % COLUMN_COUNT] = 0;
    this.agent[column % COLUMN_COUNT] = 0;
  }
}

function louder({ startMs, ...bar }: Bar, userLevel: number, agentLevel: number): Bar {
  return {
    startMs,
    userLevel: Math.max(bar.userLevel, userLevel),
    agentLevel: Math.max(bar.agentLevel, agentLevel),
  };
}
