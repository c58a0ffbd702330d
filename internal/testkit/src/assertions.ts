// This file holds the assertions that tests of audio share; each prints what it saw and what it wanted, with the unit.

/** Throws unless `actual >= wanted`. A NaN fails. */
export function assertAtLeast(what: string, actual: number, wanted: number, unit: string): void {
  if (!(actual >= wanted)) throw new Error(`${what}: ${format(actual)} ${unit}, wanted at least ${wanted} ${unit}.`);
}

/** Throws unless `actual <= wanted`. A NaN fails. */
export function assertAtMost(what: string, actual: number, wanted: number, unit: string): void {
  if (!(actual <= wanted)) throw new Error(`${what}: ${format(actual)} ${unit}, wanted at most ${wanted} ${unit}.`);
}

/** Throws unless `|actual - wanted| <= tolerance`. A NaN fails. */
export function assertNear(what: string, actual: number, wanted: number, tolerance: number, unit: string): void {
  if (!(Math.abs(actual - wanted) <= tolerance)) {
    throw new Error(`${what}: ${format(actual)} ${unit}, wanted ${wanted} ± ${tolerance} ${unit}.`);
  }
}

/** Throws at the first sample that is not bit-identical, or when lengths differ; names the index and both values. */
export function assertSameSamples(what: string, actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  const shared = Math.min(actual.length, wanted.length);
  for (let n = 0; n < shared; n++) {
    if (!Object.is(actual[n], wanted[n])) throw new Error(`${what}: sample ${n} is ${actual[n]}, wanted ${wanted[n]}.`);
  }
  if (actual.length !== wanted.length) throw new Error(`${what}: ${actual.length} samples, wanted ${wanted.length}.`);
}

/** Throws at the worst sample when any differs by more than `tolerance`, or when lengths differ. */
export function assertCloseSamples(
  what: string,
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
): void {
  if (actual.length !== wanted.length) throw new Error(`${what}: ${actual.length} samples, wanted ${wanted.length}.`);
  let worst = 0;
  let worstAt = -1;
  for (let n = 0; n < actual.length; n++) {
    const difference = Math.abs(actual[n]! - wanted[n]!);
    // Written so that a NaN counts as the worst.
    if (!(difference <= worst)) {
      worst = difference;
      worstAt = n;
      if (Number.isNaN(difference)) break;
    }
  }
  if (!(worst <= tolerance)) {
    throw new Error(`${what}: sample ${worstAt} is ${actual[worstAt]}, wanted ${wanted[worstAt]} ± ${tolerance}.`);
  }
}

function format(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}
