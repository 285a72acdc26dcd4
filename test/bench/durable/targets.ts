import type { Cell } from './plan.ts';

/** What is measured of a round, in the order of the table; more is better of a rate, less of a time. */
export const measures = {
  /** Tasks accepted per second. */
  submit: 'per s',
  'submit p50': 'ms',
  'submit p99': 'ms',
  /** The same under idempotency keys. */
  'keyed submit': 'per s',
  /** Waiting tasks, from the first one taken to the last one finished. */
  work: 'per s',
  /** From the first submit to the last task finished, both at the same time. */
  flow: 'per s',
  /** From the call of submit to the handler, one task at a time. */
  'start p50': 'ms',
  /** From the end of the handler to whoever waits. */
  'wake p50': 'ms',
  'whole p50': 'ms',
} as const satisfies Record<string, 'per s' | 'ms'>;
/** One of them. */
export type Measure = keyof typeof measures;
/** In the order of the table. */
export const measureNames = Object.keys(measures).filter((name): name is Measure => name in measures);

/** What is asked: a least ratio of rates, or a most time of our own in ms. */
export type Target = { readonly leastRatio: number } | { readonly mostMs: number };

/** Two contenders side by side. */
export type Comparison = {
  readonly ours: string;
  readonly theirs: string;
  readonly target: (measure: Measure, cell: Cell) => Target | undefined;
};

/** Loads at which throughput is judged that a single task after the other cannot show. */
const WIDE = 256;

/** Against JetStream alone, at the same parallelism. */
function rawTarget(measure: Measure, { inFlight }: Cell): Target | undefined {
  if (measure === 'submit') return { leastRatio: 0.7 };
  if (measure === 'keyed submit' && inFlight === WIDE) return { leastRatio: 0.4 };
  if (measure === 'work' && inFlight === WIDE) return { leastRatio: 0.5 };
  if (measure === 'start p50' || measure === 'wake p50') return { mostMs: 5 };
  return undefined;
}

const peerTarget = (measure: Measure, { durability, inFlight }: Cell): Target | undefined =>
  measure === 'flow' && inFlight === WIDE ? { leastRatio: durability === 'always' ? 1.5 : 2 } : undefined;

/** Every pair, and what is asked of it. */
export const comparisons: readonly Comparison[] = [
  { ours: 'tasks', theirs: 'raw work queue', target: rawTarget },
  { ours: 'tasks', theirs: 'raw stream', target: () => undefined },
  { ours: 'tasks', theirs: 'BullMQ', target: peerTarget },
  { ours: 'tasks', theirs: 'tasks alone', target: () => undefined },
];

/** Whether a target is kept. */
export function keeps(target: Target, seen: { readonly ratio: number; readonly ours: number }): boolean {
  return 'leastRatio' in target ? seen.ratio >= target.leastRatio : seen.ours <= target.mostMs;
}
