/** Mean and sample standard deviation (n − 1) of finite numbers. */
export type Moments = { readonly mean: number; readonly sd: number };

/**
 * Mean and standard deviation in one pass, without cancellation.
 *
 * @param values shape [n], n ≥ 1
 * @returns sd 0 for one value
 * @source Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products" (1962)
 */
export function moments(values: readonly number[]): Moments {
  let mean = 0;
  let squares = 0;
  values.forEach((value, i) => {
    const before = value - mean;
    mean += before / (i + 1);
    squares += before * (value - mean);
  });
  return { mean, sd: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}
