// This file is the cosine, without the lookup tables of a math library, which would need memory of their own.

/** cos(2π · turns), within 1e-15: in half a turn the series' first neglected term π^30 / 30! is below 3e-18. */
export function cosine(turns: f64): f64 {
  // A function that calls is not copied to where it is used, which would cost more bytes than all the rest of the design.
  if (abs(turns) > 0.5) return cosine(turns - nearest(turns));
  const square = turns * turns * 39.47841760435743; // (2π)²
  let series: f64 = 1;
  for (let i: f64 = 28; i > 0; i -= 2) series = 1 - (series * square) / (i * (i - 1));
  return series;
}
