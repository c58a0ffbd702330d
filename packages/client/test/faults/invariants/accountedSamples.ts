// This file watches the speaker: what is heard is what was written, sample by sample; a flush fades, and drops the rest.
import type { Invariant } from './invariant.ts';

/** What an interruption may take: a fade of 5 ms, the millisecond that was rendered already, and some rounding. */
const SILENT_AFTER_MS = 8;
/** So many equal samples in a row tell new audio from the fade of the old: both may be as quiet as ±1. */
const SURE_SAMPLES = 32;

/** Compares without silence: where the player inserts zeros is its own affair. Needs volume 1 and no change of rate. */
export const accountedSamples: Invariant = {
  id: 'vii',
  holds:
    'what is heard is what was written, to the sample, less what a flush dropped; and 8 ms after a flush nothing of that is heard',
  watch(report) {
    /** Written and not yet heard, without zeros. */
    let queue: number[] = [];
    let at = 0;
    /** Where the queue goes on after a flush: what lies before it is dead. */
    let resumeAt = 0;
    let openFlushes = 0;
    let fadeLeft = 0;
    let hasFailed = false;
    /** The end of a block: the last of a fade, or the first of what comes after it. The next block tells. */
    let doubtful: readonly number[] = [];

    const fail = (breach: string): void => {
      // One sample that is missing shifts all that follow.
      if (!hasFailed) report(breach);
      hasFailed = true;
    };
    const endFade = (): void => {
      at = Math.max(at, resumeAt);
      fadeLeft = 0;
      if (at < 100_000) return;
      queue = queue.slice(at);
      at = 0;
      resumeAt = 0;
    };
    const goesOn = (next: readonly number[], from: number): boolean =>
      next.every((value, k) => value === queue[from + k]);
    const isNewAudio = (heard: readonly number[], i: number): boolean =>
      goesOn(heard.slice(i, i + SURE_SAMPLES), resumeAt);
    const hear = (block: Float32Array, sampleRate: number): void => {
      const heard: number[] = [];
      const places: number[] = [];
      for (let i = 0; i < block.length; i++) {
        const value = Math.round((block[i] ?? 0) * 32_768);
        if (value === 0) continue;
        heard.push(value);
        places.push(i);
      }
      if (doubtful.length > 0 && heard.length > 0) {
        const joined = [...doubtful, ...heard];
        const isNew = goesOn(joined.slice(0, SURE_SAMPLES), openFlushes > 0 ? resumeAt : at);
        if (isNew) {
          places.unshift(...doubtful.map(() => 0));
          heard.unshift(...doubtful);
        }
        doubtful = [];
      }
      const fadeSamples = (SILENT_AFTER_MS * sampleRate) / 1_000;
      for (let i = 0; i < heard.length; i++) {
        const rest = heard.length - i;
        if (openFlushes > 0 && fadeLeft > 0 && rest < SURE_SAMPLES && isNewAudio(heard, i)) {
          doubtful = heard.slice(i);
          return;
        }
        const isFading = openFlushes > 0 && (places[i] ?? 0) < fadeSamples && fadeLeft > 0 && !isNewAudio(heard, i);
        if (isFading) {
          // Faded values are not compared; there are never more of them than were queued.
          fadeLeft -= 1;
          at = Math.min(at + 1, resumeAt);
          continue;
        }
        if (openFlushes > 0) endFade();
        if (heard[i] === queue[at]) at += 1;
        else fail(at < queue.length ? 'a sample was heard out of turn' : 'a sample was heard that nobody wrote');
      }
    };
    return {
      see(observation) {
        switch (observation.type) {
          case 'outputStarted':
            queue = [];
            at = 0;
            resumeAt = 0;
            openFlushes = 0;
            hasFailed = false;
            doubtful = [];
            return;
          case 'written':
            for (const value of observation.pcm) if (value !== 0) queue.push(value);
            return;
          case 'flushCalled':
            openFlushes += 1;
            resumeAt = queue.length;
            fadeLeft = queue.length - at;
            return;
          case 'flushed':
            openFlushes = Math.max(0, openFlushes - 1);
            if (openFlushes === 0) endFade();
            return;
          case 'heard':
            return hear(observation.block, observation.sampleRate);
          case 'outputStopped':
            if (at < queue.length && openFlushes === 0)
              fail(`the speaker was stopped in mid-word: ${queue.length - at} samples were neither heard nor flushed`);
            return;
          case 'concluded': {
            const { writtenSamples, playedSamples, discardedSamples } = observation.stats.output;
            if (playedSamples + discardedSamples > writtenSamples)
              report(`${playedSamples} played and ${discardedSamples} dropped of ${writtenSamples} written`);
            return;
          }
          default:
        }
      },
    };
  },
};
