// This file says when each character of a spoken line is heard.

/** When a character begins, in ms from the start of its line, and the character. */
export type CharacterTime = readonly [startMs: number, character: string];

/**
 * Spreads the characters of a text evenly over the length of its audio: an estimate, as the recordings carry no times.
 *
 * @param lengthMs Length of the audio, in ms.
 * @returns One entry per code point, with times that never fall, in whole ms.
 */
export function alignCharacters(text: string, lengthMs: number): readonly CharacterTime[] {
  const characters = Array.from(text);
  return characters.map((character, i) => [Math.floor((i * lengthMs) / characters.length), character] as const);
}
