// This file turns text into the words that are looked up among the clips, and numbers into words.

/** One sentence of a text: its words in lower case, without punctuation. */
export type Sentence = readonly string[];

/** Splits a text at `.`, `!` and `?`; empty sentences vanish. */
export function splitSentences(text: string): readonly Sentence[] {
  return text
    .split(/[.!?]+/)
    .map((sentence) => normalizeWords(sentence))
    .filter((words) => words.length > 0);
}

/** Lower-case words of a text; apostrophes stay, all other punctuation separates. */
export function normalizeWords(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => word !== '');
}

/** Words for the numbers that are one word, by value. */
export const SMALL_NUMBERS = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
  'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty',
] as const; // prettier-ignore

/** Words for the tens, by value / 10; the first two are unused. */
export const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;

/**
 * Spells a number in English words.
 *
 * @param value Magnitudes from 1000 on are cut to 999.
 * @param decimals Digits after the point, 0 or 1. A number of 20 or more is spoken without decimals.
 */
export function spellNumber(value: number, decimals: 0 | 1 = 0): string {
  const sign = value < 0 ? 'minus ' : '';
  const magnitude = Math.min(999, Math.abs(value));
  if (decimals === 0 || magnitude >= 20) {
    const whole = Math.round(magnitude);
    return (whole === 0 ? '' : sign) + spellWhole(whole);
  }
  const tenths = Math.round(magnitude * 10);
  const fraction = tenths % 10;
  const whole = spellWhole((tenths - fraction) / 10);
  if (tenths === 0) return 'zero';
  return fraction === 0 ? sign + whole : `${sign}${whole} point ${spellWhole(fraction)}`;
}

function spellWhole(value: number): string {
  if (value <= 20) return SMALL_NUMBERS[value] ?? 'zero';
  if (value < 100) {
    const ones = value % 10;
    const tens = TENS[(value - ones) / 10] ?? '';
    return ones === 0 ? tens : `${tens} ${SMALL_NUMBERS[ones] ?? ''}`;
  }
  const rest = value % 100;
  const hundreds = `${SMALL_NUMBERS[(value - rest) / 100] ?? ''} hundred`;
  return rest === 0 ? hundreds : `${hundreds} ${spellWhole(rest)}`;
}
