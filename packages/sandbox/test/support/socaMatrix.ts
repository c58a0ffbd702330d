// This file names the faults that socaMatrix.test.ts tests, for it and for the test that none is left out.
import type { SocaFaultName } from '../../src/core.ts';

/** Before the audio, or within its text. */
export const PREFIXES: readonly SocaFaultName[] = ['id3-tag', 'info-frame', 'data-url', 'line-breaks'];
/** How a sentence ends. */
export const ENDS: readonly SocaFaultName[] = ['last-with-audio', 'last-empty', 'last-missing', 'last-twice'];
/** What else a chunk says. */
export const FIELDS: readonly SocaFaultName[] = [
  'fields-on-all',
  'fields-on-first',
  'fields-on-none',
  'mime-audio-mpeg',
];
/** How replies are numbered. */
export const NUMBERS: readonly SocaFaultName[] = ['seq-as-text', 'seq-absent', 'seq-from-zero'];
/** Those that harm no audio, and those that do. */
export const HARMLESS = ['empty-audio', 'chunk-repeated'] as const;
const HARMFUL = ['chunk-skipped', 'sentences-interleaved', 'corrupt-frame', 'silent-sentence', 'stereo-44100'] as const;
/** All but the cuts. */
export const MATRIX_FAULTS: readonly SocaFaultName[] = [
  ...PREFIXES,
  ...ENDS,
  ...FIELDS,
  ...NUMBERS,
  ...HARMLESS,
  ...HARMFUL,
];
