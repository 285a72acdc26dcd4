const sqrt2 = Math.SQRT2;
const terms = 40;
const switchAt = 3;

/**
 * Standard normal distribution function Φ(x), absolute error below 1e-13.
 *
 * @source Abramowitz & Stegun (1964), 26.2.11 (series) near 0 and 26.2.14 (continued fraction) in the tails
 */
export function normalCdf(x: number): number {
  if (Math.abs(x) > switchAt) return x > 0 ? 1 - upperTail(x) : upperTail(-x);
  let term = x;
  let sum = x;
  for (let n = 1; n < terms; n += 1) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/** Standard normal density φ(x). */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / (sqrt2 * Math.sqrt(Math.PI));
}

/**
 * Inverse of Φ by bisection, to 1e-12.
 *
 * @param p in (0, 1)
 * @throws RangeError outside of it
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p must lie in (0, 1), got ${p}`);
  let low = -40;
  let high = 40;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
    if (middle === low && middle === high) break;
  }
  return (low + high) / 2;
}

function upperTail(x: number): number {
  let fraction = x;
  for (let n = terms; n >= 1; n -= 1) fraction = x + n / fraction;
  return normalDensity(x) / fraction;
}
