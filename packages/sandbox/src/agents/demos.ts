// This file knows the conversation agent's demos, and which one the user asks for: by name where words are known, by the
// length of the answer to the menu where they are not.
import { normalizeWords } from '../speech/words.ts';
import * as lines from './lines.ts';

/** What can be asked for. */
export type Demo = 'count' | 'story' | 'menu' | 'goodbye';

/** An answer shorter than this, in ms, is one short word. */
const SHORT_ANSWER_MS = 1100;

const NAMES: Readonly<Record<string, Demo>> = {
  count: 'count',
  twenty: 'count',
  story: 'story',
  menu: 'menu',
  help: 'menu',
  demos: 'menu',
  goodbye: 'goodbye',
  bye: 'goodbye',
};

/** The demo that a text names; nothing when it names none. */
export function findDemo(text: string): Demo | undefined {
  for (const word of normalizeWords(text)) if (Object.hasOwn(NAMES, word)) return NAMES[word];
  return undefined;
}

/** The demo that an answer to the menu stands for. */
export function chooseByLength(durationMs: number): Demo {
  return durationMs < SHORT_ANSWER_MS ? 'count' : 'story';
}

/** What is said for a demo, piece by piece. */
export function demoLines(demo: Exclude<Demo, 'goodbye'>): readonly string[] {
  switch (demo) {
    case 'count':
      return [lines.DEMO_LINES.count, lines.SILENCE_LINES.count, lines.DEMO_LINES.end];
    case 'story':
      return [lines.DEMO_LINES.story, lines.STORY, lines.DEMO_LINES.end];
    case 'menu':
      return [lines.MENU];
  }
}
