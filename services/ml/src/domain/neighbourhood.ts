import { ascending, median } from './quantile.ts';
import { type Rarity, tailOf } from './tail-threshold.ts';
import { type Expectation, type Verdict, verdictOf } from './verdict.ts';

/** Neighbours looked at on each side. */
export const reach = 3;

/**
 * Judges a block of values all at once, each by its neighbours on both sides: the warm-up of the online detector.
 *
 * A value is as strange as its best explanation is bad: the median of up to six neighbours; the straight line between
 * the two beside it; the straight line through any two of the nearest three on one side (so that neither the edges
 * of a trend are strange nor the neighbours of an anomaly).
 *
 * @param values shape [n], n ≥ 8
 * @source the first explanation is Hampel's identifier on a moving window: Davies & Gather (1993), §3
 */
export function judgeByNeighbours(values: readonly number[], rarity: Rarity): Verdict[] {
  const explained = values.map((value, at) => bestExplanation(values, { value, at }));
  const residuals = ascending(values.map((value, at) => Math.abs(value - (explained[at]?.expected ?? value))));
  const magnitude = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const tail = tailOf(residuals, rarity, magnitude);
  return values.flatMap((value, at) => {
    const explanation = explained[at];
    return explanation ? [verdictOf(value, explanation, tail)] : [];
  });
}

function bestExplanation(values: readonly number[], point: { value: number; at: number }): Expectation {
  const { value, at } = point;
  const neighbours = [...values.slice(Math.max(0, at - reach), at), ...values.slice(at + 1, at + 1 + reach)];
  const [before3, before2, before1] = [values[at - 3], values[at - 2], values[at - 1]];
  const [after1, after2, after3] = [values[at + 1], values[at + 2], values[at + 3]];
  const explanations = [
    { expected: median(neighbours), basis: 'its neighbours' },
    ...line({ near: before1, far: before2, ahead: 1 }),
    ...line({ near: after1, far: after2, ahead: 1 }),
    ...line({ near: before2, far: before3, ahead: 2 }),
    ...line({ near: after2, far: after3, ahead: 2 }),
    ...line({ near: before1, far: before3, ahead: 0.5 }),
    ...line({ near: after1, far: after3, ahead: 0.5 }),
    ...line({ near: before1, far: after1, ahead: -0.5 }),
  ];
  return explanations.reduce((best, next) =>
    Math.abs(value - next.expected) < Math.abs(value - best.expected) ? next : best,
  );
}

/** The straight line from `far` through `near`, `ahead` times their distance beyond `near`. */
function line(points: { near: number | undefined; far: number | undefined; ahead: number }): Expectation[] {
  const { near, far, ahead } = points;
  if (near === undefined || far === undefined) return [];
  return [{ expected: near + ahead * (near - far), basis: 'the straight line through two neighbours' }];
}
