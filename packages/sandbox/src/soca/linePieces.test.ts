import { assertNear } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createVoice } from '../speech/voice.ts';
import { openClipFile } from '../speech/clipFile.ts';
import { loadClips } from '../node/loadClips.ts';
import { cutIntoSentences, halve } from './linePieces.ts';

const voice = createVoice(openClipFile(await loadClips()));
const TEXT = 'Hello. I am the voice of the sandbox. Your turn.';

describe('cutIntoSentences', () => {
  test('a line of the voice’s is cut at its pauses, text and audio alike, and nothing is lost', () => {
    const pcm = voice.render(TEXT) as Int16Array;
    const pieces = cutIntoSentences({ text: TEXT, pcm });
    expect(pieces.map(({ text }) => text)).toEqual(['Hello.', 'I am the voice of the sandbox.', 'Your turn.']);
    expect(Int16Array.from(pieces.flatMap((piece) => [...piece.pcm]))).toEqual(pcm);
    // Each sentence alone is the piece, but for the pause that all but the last end with, and a zero or two at its edges.
    for (const [i, piece] of pieces.entries()) {
      const alone = (voice.render(piece.text) as Int16Array).length + (i < 2 ? 3520 : 0);
      assertNear(`length of piece ${i}`, piece.pcm.length, alone, 5, 'samples');
    }
  });

  test.each([
    ['one sentence', 'Hello.', new Int16Array(9000)],
    ['audio without pauses', TEXT, new Int16Array(9000).fill(5)],
    ['no text', '', new Int16Array(0)],
  ])('%s stays whole', (_name, text, pcm) => {
    expect(cutIntoSentences({ text, pcm })).toEqual([{ text, pcm }]);
  });
});

test('halves of a piece are the piece', () => {
  const pcm = Int16Array.from({ length: 11 }, (_, i) => i);
  const [first, second] = halve({ text: 'one two three', pcm });
  expect([first?.text, second?.text]).toEqual(['one', 'two three']);
  expect([...(first?.pcm ?? []), ...(second?.pcm ?? [])]).toEqual([...pcm]);
});
