// This file maps the qualities that a caller can ask for to filter specifications.
import { AudioFormatError } from './audioFormatError.ts';
import type { FilterSpec } from './design/polyphaseFilter.ts';
import { BALANCED } from './design/polyphaseFilter.ts';

/** `balanced` is the default: linear phase, aliases 100 dB down, 29 samples of delay at the lower of the two rates. */
export type ResamplerQuality = 'low-latency' | 'balanced' | 'best';

/**
 * @throws {AudioFormatError} `unsupported-quality` for `low-latency` and `best`, which have no filter of their own yet:
 *   handing out another quality than the one asked for would be a silent lie.
 */
export function filterSpecOf(quality: ResamplerQuality): FilterSpec {
  if (quality === 'balanced') return BALANCED;
  throw new AudioFormatError('unsupported-quality', `quality is '${String(quality)}'; available is 'balanced'.`, {
    quality: String(quality),
    availableQualities: ['balanced'],
  });
}
