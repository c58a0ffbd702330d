// This file draws what the profile `hostile` makes of one connection: one of each kind of things that a client must bear.
import type { Random } from '../random.ts';
import type { SocaFaultName } from './faults.ts';
import { CUT_NAMES } from './faults.ts';

/** Of each row one is drawn; `undefined` is the documented way. Nothing here loses audio or ends a session. */
const TOLERANCES: readonly (readonly (SocaFaultName | undefined)[])[] = [
  [...CUT_NAMES.filter((name) => name !== 'unpadded-chunks'), undefined],
  ['id3-tag', 'info-frame', 'data-url', 'line-breaks', undefined],
  ['last-with-audio', 'last-empty', 'last-missing', 'last-twice', undefined],
  ['fields-on-all', 'fields-on-first', 'fields-on-none', undefined],
  ['seq-as-text', 'seq-from-zero', undefined],
  ['chunk-repeated', 'sentences-interleaved', 'empty-audio', undefined],
  ['final-first', 'final-between', undefined],
  ['implicit-barge', 'late-chunks', 'replies-interleaved', undefined],
  ['stt-ready-first', 'stt-ready-twice', undefined],
  ['unknown-type', 'unknown-step', 'both-keys'],
  ['binary-down', 'non-json-text', undefined],
  ['mime-audio-mpeg', undefined],
];

/** Draws from every row. */
export function drawHostileFaults(random: Random): readonly SocaFaultName[] {
  return TOLERANCES.map((row) => row[Math.floor(random() * row.length)]).filter((name) => name !== undefined);
}
