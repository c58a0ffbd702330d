// This file defines who turns utterances into text. The sandbox recognises no speech by itself, and says so.
import type { Utterance } from './utterance.ts';

/** Gives the words of an utterance. */
export interface Transcriber {
  /** Empty: nothing was understood. A rejection counts as `describeSpeech`. */
  transcribe(utterance: Utterance): string | Promise<string>;
  /** Text so far while the user speaks, for vendors that show it. Default: `describeSpeech`. */
  transcribePart?(heard: { readonly durationMs: number }): string;
}

/** What is put in place of words that nobody recognised, e.g. `[2.4 s of speech]`. */
export function describeSpeech({ durationMs }: { readonly durationMs: number }): string {
  return `[${(durationMs / 1000).toFixed(1)} s of speech]`;
}

/** The default: no recognition, only the description. */
export const DESCRIBING_TRANSCRIBER: Transcriber = { transcribe: describeSpeech };
