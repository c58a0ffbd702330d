// This file scores 20 ms frames with the detectors that ours is compared with; each gets the very frames that ours got.
import loadFvad from '@echogarden/fvad-wasm';
import { rmsDbReference } from './reference/frameReference.ts';

/** A fresh detector per clip; one score per frame. */
export interface Rival {
  readonly name: string;
  score(frames: readonly Int16Array[]): number[];
}

const FLOOR_FRAMES = 100;
const ENERGY_RANGE_DB = 30;

export async function openRivals(): Promise<Rival[]> {
  return [...(await Promise.all([0, 1, 2, 3].map(openFvad))), { name: 'energy', score: energyScores }];
}

async function openFvad(mode: number): Promise<Rival> {
  const fvad = await loadFvad();
  return {
    name: `libfvad mode ${mode}`,
    score: (frames) => {
      const state = fvad._fvad_new();
      fvad._fvad_set_sample_rate(state, 16_000);
      fvad._fvad_set_mode(state, mode);
      const at = fvad._malloc(640);
      const scores = frames.map((frame) => {
        fvad.HEAP16.set(frame, at >> 1);
        return fvad._fvad_process(state, at, frame.length);
      });
      fvad._fvad_free(state);
      return scores;
    },
  };
}

/** Level above the quietest frame of the last 2 s: 0 dB is 0, 30 dB is 1. */
function energyScores(frames: readonly Int16Array[]): number[] {
  const levels = frames.map((frame) => Math.max(-90, rmsDbReference(frame)));
  return levels.map((level, t) => {
    const floor = Math.min(...levels.slice(Math.max(0, t - FLOOR_FRAMES), t + 1));
    return Math.min(1, (level - floor) / ENERGY_RANGE_DB);
  });
}
