// This file maps the qualities that a caller can ask for to filter specifications.
import { AudioFormatError } from './audioFormatError.ts';
import { BALANCED, BEST, LOW_LATENCY } from './design/conversion.ts';
import type { FilterSpec } from './design/rateFilter.ts';

/**
 * `balanced` is the default: linear phase, aliases and images 100 dB down, 28 samples of delay at 16 kHz from 48 kHz.
 * `best`: linear phase, 120 dB down, 35 samples. `low-latency`: minimum phase, 100 dB down, 4 samples; its delay grows
 * towards the end of the pass band.
 */
export type ResamplerQuality = 'low-latency' | 'balanced' | 'best';

const SPECS: Readonly<Record<ResamplerQuality, FilterSpec>> = {
  'low-latency': LOW_LATENCY,
  balanced: BALANCED,
  best: BEST,
};

/** @throws {AudioFormatError} `unsupported-quality` with the quality and the available ones. */
export function filterSpecOf(quality: ResamplerQuality): FilterSpec {
  const spec = Object.entries(SPECS).find(([name]) => name === quality)?.[1];
  if (spec !== undefined) return spec;
  const availableQualities = Object.keys(SPECS);
  throw new AudioFormatError(
    'unsupported-quality',
    `quality is '${String(quality)}'; available are ${availableQualities.map((name) => `'${name}'`).join(', ')}.`,
    { quality: String(quality), availableQualities },
  );
}
