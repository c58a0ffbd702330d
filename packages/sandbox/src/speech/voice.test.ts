import { describe, expect, test } from 'vitest';
import { openClipFile, packClipFile } from './clipFile.ts';
import { encodeMulaw } from './mulaw.ts';
import { FALLBACK_TEXT, SENTENCE_PAUSE_SAMPLES, createVoice } from './voice.ts';
import { normalizeWords } from './words.ts';

/** A file whose clips are constant tones of their own height, 1000 samples each, so that order can be read off. */
function fileOf(heights: Readonly<Record<string, number>>) {
  const clips = Object.entries(heights).map(([text, height]) => ({
    text,
    audio: encodeMulaw(new Int16Array(1000).fill(height)),
  }));
  return openClipFile(packClipFile({ sampleRate: 16_000, voice: 'test' }, clips));
}

const fallback = normalizeWords(FALLBACK_TEXT).join(' ');
const file = fileOf({ two: 396, 'two point': 924, four: 1980, hello: 4092, [fallback]: 8316 });

/** Heights in the order they sound, each once; a fade only passes through a height. */
function heightsIn(pcm: Int16Array): number[] {
  const known = [396, 924, 1980, 4092, 8316];
  return [...pcm].filter((x, i) => known.includes(x) && x === pcm[i - 1] && x !== pcm[i - 2]);
}

describe('createVoice', () => {
  test('prefers the longest clip: "two point four" is the clips "two point" and "four"', () => {
    expect(heightsIn(createVoice(file).render('Two point four.') as Int16Array)).toEqual([924, 1980]);
  });

  test('sentences are 220 ms apart, clips within one 15 ms, and edges fade over 3 ms', () => {
    const voice = createVoice(file);
    const joined = voice.render('two four') as Int16Array;
    expect(joined.length).toBe(1000 + 240 + 1000);
    const apart = voice.render('Two. Four.') as Int16Array;
    expect(apart.length).toBe(1000 + SENTENCE_PAUSE_SAMPLES + 1000);
    expect([apart[0], apart[999]]).toEqual([8, 8]);
    expect(apart[48]).toBe(396);
  });

  test('a second rendering is not faded again', () => {
    const voice = createVoice(file);
    expect(voice.render('hello')).toEqual(voice.render('hello'));
  });

  test('one word without a clip makes the whole text the fallback sentence', () => {
    const voice = createVoice(file);
    expect(voice.covers('hello stranger')).toBe(false);
    expect(heightsIn(voice.render('hello stranger') as Int16Array)).toEqual([8316]);
  });

  test('a synthesizer speaks what the clips do not cover, and only that', async () => {
    const spoken: string[] = [];
    const synthesize = (text: string) => {
      spoken.push(text);
      return Promise.resolve(Int16Array.of(1, 2, 3));
    };
    const voice = createVoice(file, { name: 'test', synthesize });
    expect(await voice.render('Hello stranger!')).toEqual(Int16Array.of(1, 2, 3));
    await voice.render('hello');
    await voice.render('...');
    expect(spoken).toEqual(['Hello stranger!']);
  });

  test('a synthesizer that fails gives the fallback sentence', async () => {
    const voice = createVoice(file, { name: 'test', synthesize: () => Promise.reject(new Error('no')) });
    expect(heightsIn(await voice.render('stranger'))).toEqual([8316]);
  });

  test('without clips and synthesizer, speech is silence of no length', () => {
    expect(createVoice(undefined).render('hello')).toEqual(new Int16Array(0));
  });
});
