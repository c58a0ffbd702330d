// This file feeds hostile inputs to fuzz targets, counts what becomes of them, and gives the seed with which it happens again.
import fc from 'fast-check';
import type { FuzzTarget, Outcome } from './fuzzTarget.ts';

/** What became of the inputs of one target. */
export interface FuzzFigures {
  readonly name: string;
  readonly inputCount: number;
  readonly takenCount: number;
  readonly unknownCount: number;
  readonly refusedCount: number;
  /** Characters of text and bytes of binary. */
  readonly inputBytes: number;
  /** The first input that went wrong, made small; `undefined` when none did. */
  readonly failure: string | undefined;
}

/** Runs one target. The same seed and count give the same inputs. */
export function runFuzz(target: FuzzTarget, inputCount: number, seed: number): FuzzFigures {
  const counts = { taken: 0, unknown: 0, refused: 0, bytes: 0 };
  const property = fc.property(target.inputs, (input) => {
    const outcome = check(target, input);
    counts.bytes += input.length;
    if (typeof outcome === 'object') throw new Error(outcome.fault);
    counts[outcome]++;
  });
  const details = fc.check(property, { numRuns: inputCount, seed });
  return {
    name: target.name,
    inputCount: details.numRuns,
    takenCount: counts.taken,
    unknownCount: counts.unknown,
    refusedCount: counts.refused,
    inputBytes: counts.bytes,
    failure: details.failed ? `${String(details.errorInstance)}\n${fc.defaultReportMessage(details)}` : undefined,
  };
}

function check(target: FuzzTarget, input: string | Uint8Array): Outcome {
  const outcome = target.check(input);
  const probe: Record<string, unknown> = {};
  if (probe['polluted'] !== undefined || Object.keys(Object.prototype).length > 0)
    return { fault: 'a changed prototype' };
  return outcome;
}
