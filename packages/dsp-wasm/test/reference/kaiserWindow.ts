// This file is the Kaiser window: the shape that trades the width of a filter's transition for its rejection.

/** Weight at `offset` from the centre, as a ratio of half the window's length; 0 outside. */
export function kaiserWeight(offset: number, beta: number): number {
  const inside = 1 - offset * offset;
  return inside < 0 ? 0 : besselI0(beta * Math.sqrt(inside)) / besselI0(beta);
}

/** Modified Bessel function of the first kind, order 0: Σ_k ((x/2)^k / k!)². */
function besselI0(x: number): number {
  const quarterSquare = (x * x) / 4;
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarterSquare / (k * k);
    sum += term;
  }
  return sum;
}
