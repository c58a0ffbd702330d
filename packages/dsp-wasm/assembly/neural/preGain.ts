// This file makes quiet talkers as loud as the network expects: it has no normalisation of its own.

/** Where the gain takes the peaks of speech: -6 dBFS. Tuned, as all of these, on the development clips: docs/neural-vad.md. */
const TARGET_PEAK: f32 = 0.5;
/** The peak that is believed in before anything was heard: 10 dB of gain. */
export const FIRST_LEVEL: f32 = 0.15;
/** Per hop of 32 ms: half of what a loud moment took away is back after 7 s. */
const RELEASE_RATIO: f32 = 0.997;
/** Below this peak, -50 dBFS, nobody speaks, and the level stays: or the gain would rise in every silence. */
const QUIETEST_PEAK: f32 = 0.003;

/** The level follows a louder peak at once, and sinks slowly towards a quieter one, as long as that can be speech. */
export function nextLevel(level: f32, peak: f32): f32 {
  if (peak >= level) return peak;
  return peak > QUIETEST_PEAK ? max<f32>(peak, level * RELEASE_RATIO) : level;
}

/** @param maxGain 1 for none. */
export function gainOf(level: f32, maxGain: f32): f32 {
  return max<f32>(1, min<f32>(maxGain, TARGET_PEAK / level));
}

/** Clips `count` samples, a multiple of 4, to full scale in place, so that no sum can overflow; returns their peak. */
export function limitSamples(samples: usize, count: i32): f32 {
  let peaks = f32x4.splat(0);
  for (const end = samples + (<usize>count << 2); samples < end; samples += 16) {
    const x = f32x4.max(f32x4.min(v128.load(samples), f32x4.splat(1)), f32x4.splat(-1));
    v128.store(samples, x);
    peaks = f32x4.max(peaks, f32x4.abs(x));
  }
  const pairs = f32x4.max(peaks, v128.shuffle<f32>(peaks, peaks, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}
