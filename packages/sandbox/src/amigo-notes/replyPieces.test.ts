import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { alignCharacters } from '../speech/alignment.ts';
import { cutLine } from './replyPieces.ts';
import { SpokenReply } from './spokenReply.ts';

const SEED = 21;

describe('cutLine', () => {
  test(`pieces together are the line, byte by byte and character by character; seed ${SEED}`, () => {
    const random = createSeededRandom(SEED);
    for (let round = 0; round < 500; round++) {
      const lengthMs = Math.floor(random.next() * 3000);
      const audio = Uint8Array.from({ length: 2 * Math.floor(random.next() * 3000) }, (_, i) => i);
      const text = 'Zażółć 😀 gęślą'.slice(0, Math.floor(random.next() * 15));
      const pieceBytes = random.next() < 0.5 ? undefined : 1 + Math.floor(random.next() * 999);
      const characters = alignCharacters(text, lengthMs);
      const pieces = cutLine({ audio, lengthMs, characters }, { pieceMs: 200, pieceBytes, startMs: 1000 });
      expect(Buffer.concat(pieces.map((piece) => piece.audio)).equals(Buffer.from(audio))).toBe(true);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      expect(pieces.flatMap(({ alignment }) => alignment.map(([ms]) => ms))).toEqual(
        characters.map(([ms]) => ms + 1000),
      );
      if (pieceBytes === undefined) expect(pieces.every((piece) => piece.audio.length % 2 === 0)).toBe(true);
    }
  });

  test('a line of 500 ms in pieces of 200 ms is three, each with the characters heard in it', () => {
    const line = { audio: new Uint8Array(16_000), lengthMs: 500, characters: alignCharacters('abcdef', 500) };
    const pieces = cutLine(line, { pieceMs: 200, startMs: 0 });
    expect(pieces.map(({ text, audio }) => [text, audio.length])).toEqual([
      ['abc', 5332],
      ['de', 5334],
      ['f', 5334],
    ]);
  });
});

describe('SpokenReply', () => {
  test('two lines are one text with a blank, one recording with a pause, and times that go on', () => {
    const spoken = new SpokenReply();
    const line = { text: 'ab', pcm: new Int16Array(1600).fill(5), alignment: alignCharacters('ab', 100) };
    expect(spoken.add(line, 800)).toMatchObject({
      lengthMs: 100,
      characters: [
        [0, 'a'],
        [50, 'b'],
      ],
    });
    expect(spoken.add(line, 800)).toMatchObject({
      lengthMs: 150,
      characters: [
        [0, ' '],
        [50, 'a'],
        [100, 'b'],
      ],
    });
    expect([spoken.text, spoken.lengthMs]).toEqual(['ab ab', 250]);
    expect(spoken.record()?.bytes).toHaveLength(44 + 2 * 4000);
  });

  test('of a speech without end, two minutes are recorded; of none, nothing', () => {
    const spoken = new SpokenReply();
    expect(spoken.record()).toBeUndefined();
    for (let minute = 0; minute < 3; minute++) {
      spoken.add({ text: 'on', pcm: new Int16Array(60 * 16_000), alignment: [] }, 0);
    }
    expect(spoken.record()?.bytes).toHaveLength(44 + 2 * 120 * 16_000);
  });
});
