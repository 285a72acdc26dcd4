/** One side of a CUSUM: how much evidence there is for a shift in its direction. */
export type CusumSide = {
  /** Cumulative excess in standard deviations, ≥ 0. */
  readonly level: number;
  /** Observations since the level was last 0. */
  readonly run: number;
  /** Time of the first of them, on the caller's clock; undefined while the level is 0. */
  readonly since: number | undefined;
};

/** A two-sided CUSUM. */
export type Cusum = { readonly up: CusumSide; readonly down: CusumSide };

/** One standardised observation and when it was made. */
export type Standardised = { readonly z: number; readonly at: number };

/** Reference value and the ceiling of the level, both in standard deviations. */
export type CusumDesign = { readonly k: number; readonly ceiling: number };

const calm: CusumSide = { level: 0, run: 0, since: undefined };

/** A CUSUM that has seen nothing. */
export const freshCusum: Cusum = { up: calm, down: calm };

/**
 * Takes in one observation: C⁺ = max(0, C⁺ + z − k), C⁻ = max(0, C⁻ − z − k), both held below a ceiling so that a
 * stream that comes back is believed in bounded time.
 *
 * @source Page, "Continuous Inspection Schemes", Biometrika 41 (1954), 100–115
 */
export function observe(cusum: Cusum, { z, at }: Standardised, design: CusumDesign): Cusum {
  return { up: step(cusum.up, { z, at }, design), down: step(cusum.down, { z: -z, at }, design) };
}

/** The larger of the two sides, in standard deviations. */
export function levelOf({ up, down }: Cusum): number {
  return Math.max(up.level, down.level);
}

/**
 * Estimated shift of the mean in standard deviations, signed; 0 without evidence.
 *
 * @source Montgomery, "Introduction to Statistical Quality Control", eq. 9.5: k + C/N since the level was 0
 */
export function shiftOf({ up, down }: Cusum, k: number): number {
  const side = up.level >= down.level ? up : down;
  if (side.run === 0) return 0;
  return (k + side.level / side.run) * (side === up ? 1 : -1);
}

/** When the shift of the larger side began; undefined without evidence. */
export function beginningOf({ up, down }: Cusum): number | undefined {
  return up.level >= down.level ? up.since : down.since;
}

function step(side: CusumSide, { z, at }: Standardised, { k, ceiling }: CusumDesign): CusumSide {
  const level = Math.min(ceiling, Math.max(0, side.level + z - k));
  return level === 0 ? calm : { level, run: side.run + 1, since: side.since ?? at };
}
