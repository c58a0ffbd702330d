import { describe, expect, test } from 'vitest';
import type { PlaybackEvidence, PlayedSpan } from './playback.ts';
import { judgePlayback } from './playback.ts';

const sentence = (atMs: number, seq: number | string) => ({
  atMs,
  data: JSON.stringify({
    stepType: 'sentence',
    sentenceId: 1,
    audioBase64: 'A'.repeat(8000),
    chunkIndex: 0,
    isLastChunk: false,
    seq,
  }),
});
const barge = (atMs: number, seq?: number) => ({
  atMs,
  data: JSON.stringify({ type: 'barge', seq, reason: 'content_partial' }),
});
const partial = (atMs: number, text = 'hmm') => ({ atMs, data: JSON.stringify({ type: 'stt.partial', text }) });
const span = (seq: number, fromMs: number, toMs: number): PlayedSpan => ({ seq, fromMs, toMs });
const rulesOf = (evidence: PlaybackEvidence): readonly string[] => judgePlayback(evidence).map(({ ruleId }) => ruleId);

describe('D-10, after a barge', () => {
  const received = [sentence(0, 1), barge(2000, 2), sentence(2050, 1), sentence(3000, 2)];

  test('silent after 60 ms: nothing; after 61 ms: fatal', () => {
    expect(rulesOf({ received, played: [span(1, 100, 2060), span(2, 3100, 4000)] })).toEqual([]);
    expect(rulesOf({ received, played: [span(1, 100, 2061), span(2, 3100, 4000)] })).toEqual(['D-10']);
  });

  test('a late chunk, or a sentence that was decoded before, is played: fatal', () => {
    const played = [span(1, 100, 2010), span(1, 2100, 2400), span(2, 3100, 4000)];
    expect(judgePlayback({ received, played })).toEqual([
      { ruleId: 'D-10', atMs: 2000, detail: 'a reply below 2 is audible 400 ms after its end, wanted ≤ 60 ms' },
    ]);
  });

  test('a barge without seq ends what was heard so far', () => {
    const unnumbered = [sentence(0, 1), barge(2000)];
    expect(rulesOf({ received: unnumbered, played: [span(1, 0, 2050)] })).toEqual([]);
    expect(rulesOf({ received: unnumbered, played: [span(1, 0, 2500)] })).toEqual(['D-10']);
  });
});

describe('D-11, a higher seq without a barge', () => {
  test('ends the reply before it, as text too', () => {
    const received = [sentence(0, '1'), sentence(2000, '2')];
    expect(rulesOf({ received, played: [span(1, 100, 2050), span(2, 2100, 3000)] })).toEqual([]);
    expect(rulesOf({ received, played: [span(1, 100, 2300), span(2, 2300, 3000)] })).toEqual(['D-11']);
  });
});

describe('D-12, the client’s own barge', () => {
  const received = [sentence(0, 1)];

  test('silences what was heard so far, whatever the server does', () => {
    expect(rulesOf({ received, bargedAtMs: [1000], played: [span(1, 0, 1040)] })).toEqual([]);
    expect(rulesOf({ received, bargedAtMs: [1000], played: [span(1, 0, 1400)] })).toEqual(['D-12']);
    expect(
      rulesOf({
        received: [...received, sentence(900, 2)],
        bargedAtMs: [500],
        played: [span(1, 0, 540), span(2, 950, 3000)],
      }),
    ).toEqual([]);
  });
});

describe('D-13, a partial that interrupts nothing', () => {
  // 8,000 characters: 1.5 s each.
  const received = [sentence(0, 1), sentence(1, 1), partial(1000)];

  test('playback goes on, or pauses for 200 ms: nothing; a pause of 250 ms: strict', () => {
    expect(rulesOf({ received, played: [span(1, 0, 3000)] })).toEqual([]);
    expect(rulesOf({ received, played: [span(1, 0, 1100), span(1, 1300, 3000)] })).toEqual([]);
    expect(rulesOf({ received, played: [span(1, 0, 1100), span(1, 1350, 3000)] })).toEqual(['D-13']);
    expect(rulesOf({ received, played: [span(1, 0, 1100)] })).toEqual(['D-13']);
  });

  test('who has played all there was is not accused', () => {
    expect(rulesOf({ received: [sentence(0, 1), partial(1400)], played: [span(1, 0, 1500)] })).toEqual([]);
  });

  test('a pause long after it, between two replies, or for a barge is not its doing', () => {
    expect(rulesOf({ received, played: [span(1, 0, 2000), span(1, 2500, 3000)] })).toEqual([]);
    expect(
      rulesOf({
        received: [sentence(0, 1), partial(1400), sentence(1800, 2)],
        played: [span(1, 0, 1500), span(2, 1900, 3000)],
      }),
    ).toEqual([]);
    const barged = [...received, barge(1050, 2), sentence(1900, 2)];
    expect(rulesOf({ received: barged, played: [span(1, 0, 1100), span(2, 2000, 3000)] })).toEqual([]);
  });
});

test('what is not JSON, binary or without a number is no evidence', () => {
  const received = [{ atMs: 0, data: 'hello' }, { atMs: 1, data: new Uint8Array(640) }, partial(2), sentence(3, 'x')];
  expect(rulesOf({ received, played: [span(1, 0, 9000)] })).toEqual([]);
});
