// This file scores 20 ms frames with the detectors that ours is compared with; each gets the very frames that ours got.
import loadFvad from '@echogarden/fvad-wasm';
import { openVadWeb } from '../bench/onnxRuntime.mjs';
import { open } from './neural/detectors.ts';
import { HOP_SAMPLES } from './neural/goldenSignals.ts';
import { rmsDbReference } from './reference/frameReference.ts';

/** A fresh detector per clip; one score per frame. */
export interface Rival {
  readonly name: string;
  score(frames: readonly Int16Array[]): number[] | Promise<number[]>;
}

const FLOOR_FRAMES = 100;
const ENERGY_RANGE_DB = 30;

export async function openRivals(): Promise<Rival[]> {
  return [...(await Promise.all([0, 1, 2, 3].map(openFvad))), { name: 'energy', score: energyScores }];
}

/** The neural detector: a rival of the small one. @param maxGainDb 0 for the bare network. */
export function openNeural(name: string, maxGainDb = 20): Rival {
  const vad = open({ maxGainDb });
  return {
    name,
    score: (frames) => {
      vad.reset();
      return frames.map((frame) => vad.process(frame));
    },
  };
}

/** The same network as `@ricky0123/vad-web` runs it. */
export async function openVadWebRival(): Promise<Rival> {
  const judge = await openVadWeb();
  return {
    name: judge.name,
    score: async (frames) => {
      judge.reset();
      const samples = Float32Array.from(
        frames.flatMap((frame) => [...frame]),
        (x) => x / 32_768,
      );
      const scores: number[] = [];
      let score = 0;
      for (let hop = 0; scores.length < frames.length; hop++) {
        const end = (hop + 1) * HOP_SAMPLES;
        while (scores.length < frames.length && (scores.length + 1) * 320 < end) scores.push(score);
        if (end <= samples.length) score = await judge.hear(samples.slice(end - HOP_SAMPLES, end));
      }
      return scores;
    },
  };
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
