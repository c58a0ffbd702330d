import { describe, expect, test } from 'vitest';
import { COLUMN_MS, SPAN_MS, Timeline } from './timeline.ts';

describe('Timeline', () => {
  test('a column of 100 ms keeps the loudest of its frames', () => {
    const timeline = new Timeline();
    timeline.addLevels(1000, 0.25, 0);
    timeline.addLevels(1050, 0.75, 0.5);
    timeline.addLevels(1099, 0.5, 0.25);
    expect(timeline.bars(1100)).toEqual([{ startMs: 1000, userLevel: 0.75, agentLevel: 0.5 }]);
  });

  test('shows 30 s and forgets what is older', () => {
    const timeline = new Timeline();
    for (let atMs = 0; atMs < 2 * SPAN_MS; atMs += COLUMN_MS) timeline.addLevels(atMs, 0.5, 0);
    const columns = timeline.bars(2 * SPAN_MS);
    expect(columns).toHaveLength(SPAN_MS / COLUMN_MS);
    expect(columns[0]?.startMs).toBe(SPAN_MS);
  });

  test('a tab hidden for 5 s leaves a gap of 5 s, not what was there a round before', () => {
    const timeline = new Timeline();
    for (let atMs = 0; atMs < SPAN_MS; atMs += COLUMN_MS) timeline.addLevels(atMs, 0.5, 0);
    timeline.addLevels(SPAN_MS + 5000, 0.5, 0);
    const starts = timeline.bars(SPAN_MS + 5000).map(({ startMs }) => startMs);
    expect(starts.filter((startMs) => startMs >= SPAN_MS)).toEqual([SPAN_MS + 5000]);
  });

  test('a tab hidden for an hour leaves one column', () => {
    const timeline = new Timeline();
    timeline.addLevels(0, 0.5, 0);
    timeline.addLevels(3_600_000, 0.25, 0);
    expect(timeline.bars(3_600_000)).toEqual([{ startMs: 3_600_000, userLevel: 0.25, agentLevel: 0 }]);
  });

  test('three columns share a bar, which keeps the loudest of them while time goes on', () => {
    const timeline = new Timeline();
    for (const [atMs, level] of [
      [900, 0.25],
      [1000, 0.75],
      [1100, 0.5],
      [1200, 1],
    ] as const) {
      timeline.addLevels(atMs, level, level / 2);
    }
    const bars = [
      { startMs: 900, userLevel: 0.75, agentLevel: 0.375 },
      { startMs: 1200, userLevel: 1, agentLevel: 0.5 },
    ];
    expect(timeline.bars(1250, 3)).toEqual(bars);
    expect(timeline.bars(1450, 3)).toEqual(bars);
  });

  test('silence makes no bars', () => {
    const timeline = new Timeline();
    timeline.addLevels(500, 0, 0);
    expect(timeline.bars(600)).toEqual([]);
  });

  test('agent speech has a beginning, an end, and 30 s later is gone', () => {
    const timeline = new Timeline();
    timeline.beginAgentSpeech(1000);
    expect(timeline.agentSpeech(1500)).toEqual([{ startMs: 1000, endMs: null }]);
    timeline.endAgentSpeech(3000);
    expect(timeline.agentSpeech(3500)).toEqual([{ startMs: 1000, endMs: 3000 }]);
    expect(timeline.agentSpeech(3000 + SPAN_MS)).toEqual([]);
  });

  test('an end without a beginning, and a beginning without an end, leave whole spans', () => {
    const timeline = new Timeline();
    timeline.endAgentSpeech(500);
    timeline.beginAgentSpeech(1000);
    timeline.beginAgentSpeech(2000);
    expect(timeline.agentSpeech(2500)).toEqual([
      { startMs: 1000, endMs: 2000 },
      { startMs: 2000, endMs: null },
    ]);
  });

  test('is empty after clear', () => {
    const timeline = new Timeline();
    timeline.addLevels(1000, 1, 1);
    timeline.beginAgentSpeech(1000);
    timeline.clear();
    expect(timeline.bars(1000)).toEqual([]);
    expect(timeline.agentSpeech(1000)).toEqual([]);
  });
});
