/** A Beta distribution over a success rate: alpha − 1 successes and beta − 1 failures seen, both > 0. */
export type Beta = { readonly alpha: number; readonly beta: number };

/** The posterior after `successes` and `failures` (real, ≥ 0) with a uniform prior. */
export const betaOf = (successes: number, failures: number): Beta => ({ alpha: 1 + successes, beta: 1 + failures });

/** Expected rate, in (0, 1). */
export const betaMean = ({ alpha, beta }: Beta): number => alpha / (alpha + beta);

/** Variance of the rate. */
export function betaVariance({ alpha, beta }: Beta): number {
  const n = alpha + beta;
  return (alpha * beta) / (n * n * (n + 1));
}

/**
 * The rate below which the true one lies with probability `p`.
 *
 * @param p in [0, 1]
 * @returns in [0, 1], exact to about 1e-12 (bisection of the regularised incomplete beta function)
 */
export function betaQuantile(distribution: Beta, p: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (betaCdf(distribution, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Probability that the rate is at most `x` (regularised incomplete beta function).
 *
 * @param x in [0, 1]
 * @source Press et al., "Numerical Recipes", §6.4: continued fraction by Lentz's method
 */
export function betaCdf({ alpha, beta }: Beta, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(alpha + beta) - logGamma(alpha) - logGamma(beta) + alpha * Math.log(x) + beta * Math.log1p(-x),
  );
  return x < (alpha + 1) / (alpha + beta + 2)
    ? (front * continuedFraction({ alpha, beta }, x)) / alpha
    : 1 - (front * continuedFraction({ alpha: beta, beta: alpha }, 1 - x)) / beta;
}

const awayFromZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

function continuedFraction({ alpha, beta }: Beta, x: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((alpha + beta) * x) / (alpha + 1));
  let product = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (beta - m) * x) / ((alpha + 2 * m - 1) * (alpha + 2 * m));
    const odd = (-(alpha + m) * (alpha + beta + m) * x) / ((alpha + 2 * m) * (alpha + 2 * m + 1));
    let change = 1;
    for (const numerator of [even, odd]) {
      d = 1 / awayFromZero(1 + numerator * d);
      c = awayFromZero(1 + numerator / c);
      product *= c * d;
      change = c * d;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return product;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for x ≥ 0.5, by Lanczos' approximation (g = 7, 9 terms). */
function logGamma(x: number): number {
  const shifted = x - 1;
  const series = LANCZOS.reduce((sum, c, i) => sum + c / (shifted + i + 1), 0.9999999999998099);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}
