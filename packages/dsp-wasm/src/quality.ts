// This file maps the qualities that a caller can ask for to filter specifications.
import { BALANCED, BEST, LOW_LATENCY } from './design/conversion.ts';
import type { FilterSpec } from './design/rateFilter.ts';
import { checkOneOf } from './optionChecks.ts';

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
  const availableQualities = Object.keys(SPECS);
  const details = { quality: String(quality), availableQualities };
  checkOneOf<string>('unsupported-quality', 'quality', quality, availableQualities, details);
  return SPECS[quality];
}
