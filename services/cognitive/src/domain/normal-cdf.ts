const INVERSE_ROOT_TAU = 1 / Math.sqrt(2 * Math.PI);

/**
 * Probability that a standard normal draw is at most `z`; exact to about 1e-15 for |z| ≤ 6, beyond that 0 or 1.
 *
 * @source Marsaglia, "Evaluating the Normal Distribution", J. Stat. Software 11(4), 2004
 */
export function normalCdf(z: number): number {
  if (z < -6) return 0;
  if (z > 6) return 1;
  let sum = z;
  let before = 0;
  for (let term = z, i = 3; sum !== before; i += 2) {
    term *= (z * z) / i;
    before = sum;
    sum += term;
  }
  return 0.5 + sum * INVERSE_ROOT_TAU * Math.exp(-(z * z) / 2);
}
