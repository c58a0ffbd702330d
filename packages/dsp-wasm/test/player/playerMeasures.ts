// This file measures what the player's stages do to speech: for tests, with bounds, and for the report, as figures.
import type { Dsp } from '../../src/dsp.ts';
import { lagsOf } from '../../src/player/lags.ts';
import { stretchReference } from '../reference/playerReference.ts';
import {
  concealStream,
  largestStep,
  measureFluxDb,
  measureSimilarity,
  measureSpectralDistanceDb,
  stretchStream,
} from './playerStreams.ts';

export interface Sound {
  readonly sampleRate: number;
  readonly samples: Float32Array;
}

/** Stretched, and stretched back: how alike it still is. */
export function similarityAfterInverse(dsp: Dsp, { samples, sampleRate }: Sound, ratio: number): number {
  const there = stretchStream(dsp.createTimeStretch({ sampleRate }), [{ samples, ratio }]);
  const back = stretchStream(dsp.createTimeStretch({ sampleRate }), [{ samples: there, ratio: 1 / ratio }]);
  return measureSimilarity(samples, back, sampleRate);
}

export interface JoinFigures {
  readonly joinsPerSecond: number;
  /** Largest step at any join over the largest step in the speech. */
  readonly stepRatio: number;
  /** Mean spectral flux in the middle of joins, over that of speech at 400 places. */
  readonly fluxRatio: number;
}

/** The joins are the twin's, whose output is the same. */
export function measureJoins({ samples, sampleRate }: Sound, ratio: number): JoinFigures {
  const lags = lagsOf(sampleRate);
  const { output, joins } = stretchReference([{ samples, ratio }], lags);
  const inTheMiddle = joins.map((at) => at + lags.windowSamples / 2);
  const anywhere = Array.from({ length: 400 }, (_, i) => Math.round((samples.length * (i + 1)) / 402));
  return {
    joinsPerSecond: (joins.length * sampleRate) / samples.length,
    stepRatio: Math.max(...joins.map((at) => largestStep(output, at, at + lags.windowSamples))) / largestStep(samples),
    fluxRatio:
      mean(inTheMiddle.map((at) => measureFluxDb(output, at, sampleRate))) /
      mean(anywhere.map((at) => measureFluxDb(samples, at, sampleRate))),
  };
}

export interface GapFigures {
  /** How much less wrong the first 10 ms of the gaps are than silence would be, in dB. */
  readonly gainDb: number;
  /** Mean difference of the spectra of the gaps from those of what was missing, in dB; and the same of silence. */
  readonly distanceDb: number;
  readonly silenceDistanceDb: number;
  /** Largest step in the output over the largest in the speech. */
  readonly stepRatio: number;
}

/** A gap every 190 ms. */
export function measureGaps(dsp: Dsp, { samples, sampleRate }: Sound, gapMs: number): GapFigures {
  const inSamples = (ms: number): number => Math.round((sampleRate * ms) / 1000);
  const [period, gap, run] = [inSamples(190), inSamples(gapMs), inSamples(10)];
  const isMissing = Array.from(samples, (_, n) => n >= period && n % period < gap);
  const output = concealStream(dsp.createConcealer({ sampleRate }), samples, isMissing);
  let [missing, wrong] = [0, 0];
  for (const [n, sample] of samples.entries()) {
    if (isMissing[n] !== true || n % period >= run) continue;
    missing += sample ** 2;
    wrong += ((output[n] ?? 0) - sample) ** 2;
  }
  const silent = samples.map((sample, n) => (isMissing[n] === true ? 0 : sample));
  const starts = Array.from({ length: Math.floor(samples.length / period) - 1 }, (_, i) => (i + 1) * period);
  const distanceOf = (other: Float32Array): number =>
    mean(starts.map((at) => measureSpectralDistanceDb(samples, other, at, gap, sampleRate)));
  return {
    gainDb: 10 * Math.log10(missing / wrong),
    distanceDb: distanceOf(output),
    silenceDistanceDb: distanceOf(silent),
    stepRatio: largestStep(output) / largestStep(samples),
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
