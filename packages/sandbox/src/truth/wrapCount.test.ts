import { describe, expect, test } from 'vitest';
import { loadClips } from '../node/loadClips.ts';
import { openClipFile } from '../speech/clipFile.ts';
import { WrapCount } from './wrapCount.ts';

const SECOND = 16_000;
const clips = openClipFile(await loadClips());
/** A minute of the sandbox's own voice, whose hisses cross the range within a sample when they are too loud. */
const speech = Int16Array.from(clips.index.clips.slice(0, 40).flatMap((clip) => [...clips.decode(clip)]));
const peak = speech.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);

/** Wraps in each second of the voice, made `gain` times as loud as full scale and then brought into the range. */
function countWraps(gain: number, convert: (sample: number) => number): number[] {
  const loud = Int16Array.from(speech, (sample) => convert((sample * gain * 32_767) / peak));
  const count = new WrapCount();
  const seconds: number[] = [];
  for (let at = 0; at + SECOND <= loud.length; at += SECOND) {
    for (let i = at; i < at + SECOND; i += 320) count.add(loud.subarray(i, i + 320));
    seconds.push(count.take());
  }
  return seconds;
}

const saturate = (sample: number): number => Math.max(-32_768, Math.min(32_767, Math.round(sample)));

describe('WrapCount', () => {
  test.each([2, 8, 12, 30])('speech %i times too loud that saturates has no wraps in any second', (gain) => {
    expect(countWraps(gain, saturate).filter((wraps) => wraps > 0)).toEqual([]);
    // Symmetrical, as a converter from ±1 that multiplies by 32767; and at 95 % of the range, as an analog stage.
    expect(countWraps(gain, (sample) => Math.max(-32_767, saturate(sample))).filter((wraps) => wraps > 0)).toEqual([]);
    expect(countWraps(gain, (sample) => saturate(sample) * 0.95).filter((wraps) => wraps > 0)).toEqual([]);
  });

  test.each([1.5, 3, 8])(
    'speech %d times too loud that runs over has some in over a quarter of the seconds',
    (gain) => {
      const seconds = countWraps(gain, Math.round);
      expect(seconds.filter((wraps) => wraps >= 5).length).toBeGreaterThan(seconds.length / 4);
    },
  );

  test('+1.0 that becomes -32768 is found, though -1.0 saturates at the same value', () => {
    const seconds = countWraps(4, (sample) => Math.round(Math.max(-32_768, Math.min(32_768, sample))));
    expect(seconds.filter((wraps) => wraps >= 5).length).toBeGreaterThan(seconds.length / 4);
  });
});
