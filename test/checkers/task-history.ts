import { z } from 'zod';

const attempt = z.object({
  n: z.int(),
  epoch: z.int(),
  owner: z.string(),
  started_at: z.string(),
  ended_at: z.string().optional(),
  outcome: z.string().optional(),
  step: z.string().optional(),
  delay_ms: z.number().optional(),
});

const spec = z.object({
  type: z.string(),
  params: z.record(z.string(), z.unknown()),
  run_after: z.string().optional(),
  hints: z.object({ max_attempts: z.int().optional() }),
});

/** A task's record as far as the invariants speak of it: read for itself, so that a wrong schema in the code shows. */
export const seenRecord = z.object({
  id: z.string(),
  gen: z.int(),
  queue: z.string(),
  lane: z.enum(['high', 'normal', 'low']),
  state: z.string(),
  desired: z.string(),
  carrier: z.string(),
  attempt: z.int(),
  spent: z.int(),
  lost: z.int(),
  not_before: z.string().optional(),
  deadline_at: z.string().optional(),
  spec: spec.optional(),
  input_ref: z.boolean(),
  parent: z.object({ id: z.string(), step: z.string() }).optional(),
  finished_at: z.string().optional(),
  attempts: z.array(attempt),
});
/** A task's record as far as the invariants speak of it. */
export type SeenRecord = z.output<typeof seenRecord>;

/** One stored write of a record, as the stream of its bucket has it; without a record: it is gone. */
export type RecordWrite = {
  readonly id: string;
  readonly rev: number;
  /** Wall-clock ms. */
  readonly at: number;
  readonly record: SeenRecord | undefined;
};

/** A task that a submitter was told is accepted, and what it was. */
export type Accepted = {
  readonly id: string;
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
};

/** What the receiver was asked: it did it, knew its key, or refused an epoch below the last one. */
export type EffectSeen = {
  readonly task: string;
  readonly step: string;
  readonly key: string;
  readonly epoch: number | undefined;
  readonly at: number;
  readonly did: 'done' | 'known' | 'refused';
};

/** One stored result. */
export type ResultSeen = { readonly id: string; readonly gen: number; readonly state: string; readonly seq: number };

/** A worker that said it has drained. */
export type Drained = { readonly owner: string; readonly at: number };

/** Names of the carriers and timers that were there at one moment. */
export type CarrierLook = { readonly at: number; readonly carriers: ReadonlySet<string> };

/** All that was seen of some tasks; each list in the order of the stream, or of the journal, it is from. */
export type TaskHistory = {
  readonly accepted: readonly Accepted[];
  readonly writes: readonly RecordWrite[];
  readonly effects: readonly EffectSeen[];
  readonly results: readonly ResultSeen[];
  readonly drained: readonly Drained[];
  readonly looks: readonly CarrierLook[];
};

/** A history in which nothing happened. */
export const noHistory: TaskHistory = { accepted: [], writes: [], effects: [], results: [], drained: [], looks: [] };

/** A promise that a history breaks. */
export type Violation = { readonly invariant: string; readonly task: string; readonly what: string };

/** Finds what a history breaks. */
export type Checker = (history: TaskHistory) => readonly Violation[];

const FINAL = new Set(['succeeded', 'failed', 'cancelled', 'expired']);

/** True for a state that nothing leaves but another generation. */
export const isFinal = (record: Pick<SeenRecord, 'state'>): boolean => FINAL.has(record.state);

/** The writes of each task, in their order. */
export function byTask(writes: readonly RecordWrite[]): ReadonlyMap<string, readonly RecordWrite[]> {
  return Map.groupBy(writes, ({ id }) => id);
}

/** A write of a task, and what was there before. */
export type Step = { readonly before: SeenRecord | undefined; readonly after: SeenRecord; readonly write: RecordWrite };

/** Every write that left a record, beside the record before it. */
export function stepsOf(writes: readonly RecordWrite[]): readonly Step[] {
  return [...byTask(writes).values()].flatMap((own) =>
    own.flatMap((write, i) =>
      write.record === undefined ? [] : [{ before: own[i - 1]?.record, after: write.record, write }],
    ),
  );
}

/** True when the write began an attempt. */
export const begins = ({ before, after }: Step): boolean =>
  after.attempt > 0 && (before === undefined || before.gen !== after.gen || before.attempt < after.attempt);
