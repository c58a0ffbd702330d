// This file lists the clips that ship with the package: every sentence the agents say, and the parts of numbers.
import * as lines from '../agents/lines.ts';
import { FALLBACK_TEXT } from './voice.ts';
import { normalizeWords } from './words.ts';

/** One clip to record. */
export interface ClipText {
  /** Its words, as `normalizeWords` joins them: what a text is matched against. */
  readonly text: string;
  /** What the synthesizer is given; a comma at the end keeps the pitch up, because something follows. */
  readonly prompt: string;
}

/** All clips, each text once, in a fixed order. */
export function listClipTexts(): readonly ClipText[] {
  const whole = [
    ...lines.GREETINGS,
    ...lines.ACKNOWLEDGEMENTS,
    ...lines.AFTER_BARGE_IN,
    ...Object.values(lines.LEVEL_REMARKS),
    ...Object.values(lines.LENGTH_REMARKS),
    ...lines.INVITATIONS,
    lines.SILENCE_LINES.first,
    'That was twenty.',
    ...lines.GOODBYES,
    ...lines.FILLERS,
    lines.MENU,
    ...Object.values(lines.DEMO_LINES),
    lines.STORY,
    lines.MODEL_SILENT,
    ...lines.DEFAULT_SCRIPT.filter((line) => line !== lines.SILENCE_LINES.count),
    FALLBACK_TEXT,
  ].flatMap((line) => line.match(/[^.!?]+[.!?]/g) ?? []);
  const leads = [...lines.DURATION_LEADS, ...lines.LEVEL_LEADS].map((lead) => `${lead},`);
  const numbers = lines.NUMBER_FRAGMENTS.map((part) => (isLast(part) ? `${part}.` : `${part},`));
  const clips = new Map<string, ClipText>();
  for (const prompt of [...whole, ...leads, ...numbers]) {
    const text = normalizeWords(prompt).join(' ');
    if (!clips.has(text)) clips.set(text, { text, prompt: prompt.trim() });
  }
  return [...clips.values()];
}

/** Fragments with a unit end a sentence; the others are followed by more. */
function isLast(fragment: string): boolean {
  return /seconds?$|decibels$|words?$/.test(fragment);
}
