/** When what was accepted is on the disk: before it is confirmed, or within a second. */
export const durabilities = ['always', 'second'] as const;
/** One of the two. */
export type Durability = (typeof durabilities)[number];

/** The same promise in the words of both brokers. */
export const syncSettings: Readonly<Record<Durability, { readonly nats: string; readonly redis: string }>> = {
  always: { nats: 'always', redis: 'always' },
  second: { nats: '1s', redis: 'everysec' },
};

/** One load. */
export type Cell = { readonly durability: Durability; readonly inFlight: number };

/** What is run. */
export type Plan = {
  readonly cells: readonly Cell[];
  /** How long tasks are submitted in one go. */
  readonly submitMs: number;
  /** Tasks submitted one after the other, each waited for. */
  readonly waits: number;
  readonly warmUp: number;
  readonly measured: number;
  /** How often a round disturbed by others is repeated. */
  readonly repeats: number;
};

/** Every load: both durabilities, from one submit at a time to many. */
export const fullPlan: Plan = {
  cells: durabilities.flatMap((durability) => [1, 32, 256].map((inFlight) => ({ durability, inFlight }))),
  submitMs: 1_000,
  waits: 200,
  warmUp: 1,
  measured: 5,
  repeats: 2,
};

/** Shows that everything runs; its figures mean nothing. */
export const quickPlan: Plan = {
  cells: [
    { durability: 'always', inFlight: 1 },
    { durability: 'second', inFlight: 256 },
  ],
  submitMs: 30,
  waits: 3,
  warmUp: 0,
  measured: 1,
  repeats: 0,
};
