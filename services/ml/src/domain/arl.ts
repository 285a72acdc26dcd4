import { normalCdf } from './normal.ts';

/** A CUSUM scheme and how far the mean really is from where it should be, all in standard deviations. */
export type ArlQuestion = { readonly k: number; readonly h: number; readonly shift?: number; readonly states?: number };

const siegmundOvershoot = 1.166;

/**
 * Average run length of a two-sided CUSUM: observations until it alarms.
 *
 * @param question h > 0, `states` of the Markov chain 400 unless given: more are more exact and cost their cube
 * @source Brook & Evans, Biometrika 59 (1972), 539–549; two sides: 1/ARL = 1/ARL⁺ + 1/ARL⁻ (van Dobben de Bruyn, 1968)
 */
export function arl(question: ArlQuestion): number {
  const shift = question.shift ?? 0;
  return 1 / (1 / oneSidedArl(question) + 1 / oneSidedArl({ ...question, shift: -shift }));
}

/** Average run length of the upper side alone. */
export function oneSidedArl({ k, h, shift = 0, states = 400 }: ArlQuestion): number {
  const width = (2 * h) / (2 * states - 1);
  const below = Array.from({ length: 2 * states }, (_, i) => normalCdf(k - shift + (i - states + 0.5) * width));
  const upTo = (from: number, to: number) => below[to - from + states] ?? 0;
  const rows = Array.from({ length: states }, (_, from) => {
    const row = new Float64Array(states + 1);
    row.forEach((_zero, to) => {
      const chance = to === 0 ? upTo(from, 0) : upTo(from, to) - upTo(from, to - 1);
      row[to] = to === states ? 1 : (from === to ? 1 : 0) - chance;
    });
    return row;
  });
  return firstUnknown(rows);
}

/**
 * One-sided average run length without shift, to about 1 %, in closed form.
 *
 * @param h ≥ 0 @param k > 0
 * @source Siegmund, "Sequential Analysis" (1985), eq. 2.53, with the overshoot corrected by 1.166
 */
export function siegmundArl(h: number, k: number): number {
  const b = h + siegmundOvershoot;
  return (Math.exp(2 * k * b) - 2 * k * b - 1) / (2 * k * k);
}

/**
 * The bound h at which a two-sided CUSUM has the wanted average run length without a shift, by bisection.
 *
 * @param wanted in observations, > 10
 */
export function boundForArl(wanted: number, k: number): number {
  let low = 0;
  let high = 1;
  while (siegmundArl(high, k) / 2 < 2 * wanted) high += 1;
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (arl({ k, h: middle, states: 100 }) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Solves a linear system for its first unknown; the last column is the right side. Diagonally dominant: no pivoting. */
function firstUnknown(rows: Float64Array[]): number {
  for (let pivot = rows.length - 1; pivot > 0; pivot -= 1) {
    const from = rows[pivot];
    if (from) for (const row of rows.slice(0, pivot)) eliminate(row, from, pivot);
  }
  const [first] = rows;
  return (first?.at(-1) ?? Number.NaN) / (first?.[0] ?? Number.NaN);
}

function eliminate(row: Float64Array, from: Float64Array, pivot: number): void {
  const factor = (row[pivot] ?? 0) / (from[pivot] ?? 1);
  if (factor === 0) return;
  for (let column = 0; column < pivot; column += 1) row[column] = (row[column] ?? 0) - factor * (from[column] ?? 0);
  const last = row.length - 1;
  row[last] = (row[last] ?? 0) - factor * (from[last] ?? 0);
}
