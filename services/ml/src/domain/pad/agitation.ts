import type { OutputWindow } from '@seedcore/contracts';
import { repeatedShares } from './repetition.ts';

/** Weight of the newest value in a moving mean. */
const NEWEST = 0.35;
/** Mean share of repeated 3-grams at which a window begins to go in circles, and at which it does nothing else. */
const CIRCLING = { from: 0.5, to: 0.9 };
/** Times the usual pause between two steps of progress at which it is late, and at which it is not to be expected any more. */
const LATE = { from: 2, to: 8 };
/** Steps of progress that make a usual pause. */
const LEAST_STEPS = 3;
/** How far each kind of evidence goes alone: trouble and circles all the way, time never. */
const WEIGHTS = { trouble: 0.9, circling: 0.9, late: 0.5 };

/** What is known of how agitated and stuck a window is; each in [0, 1], undefined without evidence. */
export type Agitation = {
  readonly trouble: number | undefined;
  readonly circling: number | undefined;
  readonly late: number | undefined;
  readonly agitated: number;
};

type Said = Pick<OutputWindow, 'segments' | 'events'>;

/**
 * How agitated and stuck a window is: 1 − (1 − 0.9 trouble)(1 − 0.9 circling)(1 − 0.5 late), a noisy or; 0.5 without evidence.
 * *trouble*: moving mean over segments of whether an error or a retry came with them; *circling*: the same of the share of
 * their 3-grams said before, stretched from [0.5, 0.9]; both 0 for a segment that brought progress. *late*: time since the last
 * progress over the usual pause, stretched from [2, 8].
 *
 * @source Pearl, "Probabilistic Reasoning in Intelligent Systems" (1988), §4.3.2 (noisy or); Roberts, "Control chart tests based on geometric moving averages" (1959)
 */
export function agitation({ segments, events = [] }: Said): Agitation {
  const came = (kind: 'error' | 'retry' | 'progress') =>
    new Set(
      events.filter((event) => event.kind === kind).map(({ segments_ago }) => segments.length - 1 - segments_ago),
    );
  const [errors, retries, progress] = [came('error'), came('retry'), came('progress')];
  const troubled = segments.map((_, i) => (!progress.has(i) && (errors.has(i) || retries.has(i)) ? 1 : 0));
  const repeated = repeatedShares(segments).flatMap((share, i) =>
    share === undefined ? [] : [progress.has(i) ? 0 : share],
  );
  const trouble = events.length === 0 || segments.length === 0 ? undefined : movingMean(troubled);
  const circling = repeated.length < 2 ? undefined : stretched(movingMean(repeated), CIRCLING);
  const late = lateness(events);
  if (trouble === undefined && circling === undefined && late === undefined)
    return { trouble, circling, late, agitated: 0.5 };
  const calm =
    (1 - WEIGHTS.trouble * (trouble ?? 0)) *
    (1 - WEIGHTS.circling * (circling ?? 0)) *
    (1 - WEIGHTS.late * (late ?? 0));
  return { trouble, circling, late, agitated: 1 - calm };
}

const movingMean = (values: readonly number[]): number => values.reduce((mean, one) => mean + NEWEST * (one - mean), 0);

const stretched = (value: number, { from, to }: { readonly from: number; readonly to: number }): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));

/** How late progress is, by its own usual pause. */
function lateness(events: NonNullable<Said['events']>): number | undefined {
  const ages = events
    .flatMap(({ kind, age_ms }) => (kind === 'progress' && age_ms !== undefined ? [age_ms] : []))
    .sort((a, b) => a - b);
  const [newest] = ages;
  if (newest === undefined || ages.length < LEAST_STEPS) return undefined;
  const pauses = ages
    .slice(1)
    .map((age, i) => age - (ages[i] ?? age))
    .sort((a, b) => a - b);
  const usual = pauses[Math.floor(pauses.length / 2)] ?? 0;
  return usual === 0 ? undefined : stretched(newest / usual, LATE);
}
