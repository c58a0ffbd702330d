import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SentenceSplitter } from './sentenceSplitter.ts';

const SEED = 20_261_121;

function split(pieces: readonly string[]): string[] {
  const sentences: string[] = [];
  const splitter = new SentenceSplitter((sentence) => sentences.push(sentence));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return sentences;
}

describe('SentenceSplitter', () => {
  test('cuts after . ! ? and at line breaks, keeps decimals and closing quotes whole', () => {
    expect(split(['It is 3.5 today! Really? She said "yes." Then\nshe left'])).toEqual([
      'It is 3.5 today!',
      'Really?',
      'She said "yes."',
      'Then',
      'she left',
    ]);
  });

  test('gives a sentence as soon as the next one begins', () => {
    const sentences: string[] = [];
    const splitter = new SentenceSplitter((sentence) => sentences.push(sentence));
    splitter.push('One. ');
    expect(sentences).toEqual(['One.']);
    splitter.push('Two');
    expect(sentences).toEqual(['One.']);
  });

  test(`loses no word, whatever the pieces; no sentence passes 400 characters (seed ${SEED})`, () => {
    const pieces = fc.array(fc.stringMatching(/^[a-z .!?\n]{0,300}$/), { maxLength: 10 });
    fc.assert(
      fc.property(pieces, (texts) => {
        const sentences = split(texts);
        expect(sentences.join('').replace(/\s/g, '')).toBe(texts.join('').replace(/\s/g, ''));
        for (const sentence of sentences) expect(sentence.length).toBeLessThanOrEqual(420);
      }),
      { seed: SEED },
    );
  });
});
