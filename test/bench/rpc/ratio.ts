/** The middle of some numbers; of an even count the mean of the two in the middle. @throws RangeError without numbers */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no numbers');
  return (upper + lower) / 2;
}

/** How two series of the same run compare, round by round. */
export type Ratio = { readonly median: number; readonly least: number; readonly most: number };

/** The ratio of each round's pair, so that what slows a whole round down falls out. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours.map((one, round) => one / (theirs[round] ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
