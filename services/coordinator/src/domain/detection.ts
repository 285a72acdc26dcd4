import type { Anomaly } from '@seedcore/contracts';

/** Most anomalies one report lists. */
const MAX_LISTED = 200;

/** What stands out in a series: how many values, and the worst of them in index order. */
export type Detection = { readonly found: number; readonly anomalies: readonly Anomaly[] };

/** All anomalies of a series as one report can list them. */
export function detectionOf(all: readonly Anomaly[]): Detection {
  const worst = all.toSorted((a, b) => b.score - a.score).slice(0, MAX_LISTED);
  return { found: all.length, anomalies: worst.toSorted((a, b) => a.index - b.index) };
}
