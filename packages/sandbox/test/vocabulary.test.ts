import { assertAtLeast, assertAtMost, measureRmsDb } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import * as lines from '../src/agents/lines.ts';
import { loadClips } from '../src/node/loadClips.ts';
import { openClipFile } from '../src/speech/clipFile.ts';
import { FALLBACK_TEXT, createVoice } from '../src/speech/voice.ts';
import { listClipTexts } from '../src/speech/vocabulary.ts';
import { spellNumber } from '../src/speech/words.ts';

const bytes = await loadClips();
const file = openClipFile(bytes);
const voice = createVoice(file);

describe('the clips that ship', () => {
  test('are exactly those of the vocabulary; otherwise run `pnpm make:clips`', () => {
    expect(file.index.clips.map(({ text }) => text)).toEqual(listClipTexts().map(({ text }) => text));
    expect(file.index.sampleRate).toBe(16_000);
  });

  test('take at most 2.2 MB', () => {
    assertAtMost('clip file', bytes.length / 1e6, 2.2, 'MB');
  });

  test('each is audible speech of 0.2 to 5 s, between -30 and -10 dB', () => {
    for (const entry of file.index.clips) {
      const level = measureRmsDb(Float32Array.from(file.decode(entry), (sample) => sample / 32_768));
      assertAtLeast(`level of "${entry.text}"`, level, -30, 'dB');
      assertAtMost(`level of "${entry.text}"`, level, -10, 'dB');
      assertAtLeast(`length of "${entry.text}"`, entry.lengthBytes / 16, 200, 'ms');
      assertAtMost(`length of "${entry.text}"`, entry.lengthBytes / 16, 5000, 'ms');
    }
  });
});

describe('the agents can say', () => {
  const fixed = [
    ...lines.GREETINGS,
    ...lines.ACKNOWLEDGEMENTS,
    ...lines.AFTER_BARGE_IN,
    ...Object.values(lines.LEVEL_REMARKS),
    ...Object.values(lines.LENGTH_REMARKS),
    ...lines.INVITATIONS,
    ...Object.values(lines.SILENCE_LINES),
    ...lines.GOODBYES,
    ...lines.FILLERS,
    lines.MENU,
    ...Object.values(lines.DEMO_LINES),
    lines.STORY,
    lines.MODEL_SILENT,
    ...lines.DEFAULT_SCRIPT,
    FALLBACK_TEXT,
  ];
  test(`all ${fixed.length} fixed lines`, () => {
    expect(fixed.filter((line) => !voice.covers(line))).toEqual([]);
  });

  test('every length from 0.0 to 60.0 s in steps of 0.1 s, with every lead-in', () => {
    for (const lead of lines.DURATION_LEADS) {
      for (let tenths = 0; tenths <= 600; tenths++) {
        const spelled = spellNumber(tenths / 10, 1);
        const sentence = `${lead} ${spelled} ${spelled === 'one' ? 'second' : 'seconds'}.`;
        expect(voice.covers(sentence), sentence).toBe(true);
      }
    }
  });

  test('every level from -120 to 0 dB, with every lead-in', () => {
    for (const lead of lines.LEVEL_LEADS) {
      for (let db = -120; db <= 0; db++) {
        const sentence = `${lead} ${spellNumber(db)} decibels.`;
        expect(voice.covers(sentence), sentence).toBe(true);
      }
    }
  });

  test('every number of words up to 999', () => {
    for (let count = 0; count <= 999; count++) {
      const sentence = `${lines.WRITTEN.lead} ${spellNumber(count)} ${count === 1 ? 'word' : 'words'}.`;
      expect(voice.covers(sentence), sentence).toBe(true);
    }
  });

  test('nothing that was not recorded', () => {
    expect(voice.covers('This sentence was never recorded.')).toBe(false);
  });
});
