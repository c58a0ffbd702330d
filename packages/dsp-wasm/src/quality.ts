// This file maps the qualities that a caller can ask for to filter specifications.
import { AudioFormatError } from './audioFormatError.ts';
import type { FilterSpec } from './design/conversion.ts';
import { BALANCED, BEST } from './design/conversion.ts';

/**
 * Linear phase both. `balanced` is the default: aliases 100 dB down, 29 samples of delay at the lower of the two rates.
 * `best`: 120 dB down, 35 samples.
 */
export type ResamplerQuality = 'low-latency' | 'balanced' | 'best';

/**
 * @throws {AudioFormatError} `unsupported-quality` for `low-latency`, which has no filter of its own yet:
 *   handing out another quality than the one asked for would be a silent lie.
 */
export function filterSpecOf(quality: ResamplerQuality): FilterSpec {
  if (quality === 'balanced') return BALANCED;
  if (quality === 'best') return BEST;
  throw new AudioFormatError(
    'unsupported-quality',
    `quality is '${String(quality)}'; available are 'balanced' and 'best'.`,
    {
      quality: String(quality),
      availableQualities: ['balanced', 'best'],
    },
  );
}
