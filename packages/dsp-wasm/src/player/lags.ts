// This file says how far apart two stretches of speech are looked for that sound the same.

/** ms: periods of voices from 400 down to 67 Hz. */
const LEAST_LAG_MS = 2.5;
const MOST_LAG_MS = 15;
/** ms that are compared. */
const WINDOW_MS = 10;
/** Hz. More samples per second would only make a comparison dearer: what voices repeat lies below half of it. */
const COMPARED_SAMPLE_RATE = 24_000;
/** Candidates in a turn of the kernel. */
const TURN_CANDIDATES = 12;

/** In samples. */
export interface Lags {
  readonly leastLag: number;
  readonly mostLag: number;
  readonly windowSamples: number;
  readonly strideSamples: number;
  /** Room for what the kernel finds for each lag. */
  readonly differencesBytes: number;
  /** That the kernel may read behind the last candidate. */
  readonly slackSamples: number;
}

export function lagsOf(sampleRate: number, leastLagMs = LEAST_LAG_MS): Lags {
  const inSamples = (ms: number): number => Math.round((sampleRate * ms) / 1000);
  const [leastLag, mostLag] = [inSamples(leastLagMs), inSamples(MOST_LAG_MS)];
  return {
    leastLag,
    mostLag,
    windowSamples: inSamples(WINDOW_MS),
    strideSamples: Math.max(1, Math.floor(sampleRate / COMPARED_SAMPLE_RATE)),
    differencesBytes: (mostLag - leastLag + 1 + TURN_CANDIDATES) * 4,
    slackSamples: TURN_CANDIDATES,
  };
}
