import { id, isRecord, time } from '@seedcore/protocol';
import { z } from 'zod';
import { edgeCauses, edgeOf } from '../record/legal-edges.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import { taskState } from '../task-spec.ts';

/** Largest patch that a history repeats, in bytes of JSON. */
const MAX_PATCH_BYTES = 2048;

/** What may happen to a task: a change of its record, by the cause it has in the table of legal edges, and a few more. */
export const happening = z.enum([
  ...edgeCauses,
  /** A change that the table does not have. */
  'unlisted',
  /** A step has its memo. */
  'step',
  /** Its owner was asked to stop. */
  'cancel_wished',
  /** Its input was repaired for another life. */
  'repaired',
  /** An attempt that had lost its claim came to its end; nothing changed. */
  'late_after_fence',
]);

/** One thing that happened to a task, kept at `<ns>.log.task.<id>`; the same event may be there twice. */
export const historyEvent = z.strictObject({
  id,
  gen: z.int().min(1),
  event: happening,
  at: time,
  /** Revision of the write it speaks of: events with one have an order. */
  rev: z.int().min(1).exactOptional(),
  state: taskState,
  queue: z.string(),
  attempt: z.int().min(0),
  /** Of the attempt it speaks of. */
  epoch: z.int().min(0),
  owner: z.string().exactOptional(),
  step: z.string().exactOptional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).exactOptional(),
  delay_ms: z.number().exactOptional(),
  reason: z.string().exactOptional(),
  patch: z.unknown().exactOptional(),
  from_step: z.string().exactOptional(),
  /** What came too late: a value, an error, or nothing within two seconds. */
  outcome: z.enum(['ok', 'error', 'silent']).exactOptional(),
  /** Only of the event that ends a generation, of which there is one. */
  end: z
    .strictObject({
      type: z.string(),
      attempts: z.int().min(0),
      /** Whose attempts there were, the newest twenty. */
      owners: z.array(z.string()),
      /** From its acceptance on, of a later generation from its first attempt on. */
      latency_ms: z.number().min(0),
    })
    .exactOptional(),
});
/** One thing that happened to a task. */
export type HistoryEvent = z.output<typeof historyEvent>;

/** What a change of a record means to those who read its history; undefined when it means nothing to them. */
export function changeEvent(
  before: TaskRecord | undefined,
  { value: after, rev }: { readonly value: TaskRecord; readonly rev: number },
): HistoryEvent | undefined {
  const cause = edgeOf(before, after)?.cause ?? 'unlisted';
  const wished = after.desired === 'cancel' && before?.desired !== 'cancel';
  if (cause === 'noted' && !wished) return undefined;
  const event = cause === 'noted' ? 'cancel_wished' : cause;
  return { ...aboutRecord(after, { rev, owner: after.owner ?? before?.owner }), event, rev };
}

/** The end of a record that another process has made; `rev` is its revision, where that is known. */
export const endEvent = (record: TaskRecord, rev: number | undefined): HistoryEvent => ({
  ...aboutRecord(record, { rev: rev ?? 0, owner: undefined }),
  event: causeOfEnd(record),
  ...(rev === undefined ? {} : { rev }),
});

function causeOfEnd({ state, dead, attempt }: TaskRecord): HistoryEvent['event'] {
  if (state === 'succeeded' || state === 'cancelled' || state === 'expired') return state;
  if (dead === 'bad_message' || dead === 'runs_lost') return dead === 'runs_lost' ? 'runs_lost' : 'rejected';
  return attempt === 0 ? 'refused' : 'failed';
}

/** A step of an attempt has ended; `rev` is the revision of its memo. */
export const stepEvent = (
  record: TaskRecord,
  of: { readonly step: string; readonly rev: number; readonly at: string },
): HistoryEvent => ({ ...bare(record), event: 'step', ...of });

/** An attempt came to its end after it had lost its claim. */
export const lateEvent = (
  record: TaskRecord,
  of: { readonly outcome: NonNullable<HistoryEvent['outcome']>; readonly reason: string; readonly at: string },
): HistoryEvent => ({
  ...bare(record),
  event: 'late_after_fence',
  ...(record.owner === undefined ? {} : { owner: record.owner }),
  ...of,
});

/** The input of a task was repaired before its next life, whose record was written at `rev`. */
export const repairEvent = (
  record: TaskRecord,
  of: { readonly rev: number; readonly patch: unknown; readonly fromStep: string | undefined },
): HistoryEvent => ({
  ...bare(record),
  event: 'repaired',
  at: record.updated_at,
  rev: of.rev,
  ...(isShort(of.patch) ? { patch: of.patch } : {}),
  ...(of.fromStep === undefined ? {} : { from_step: of.fromStep }),
});

/** Tells whether two events are the same one. */
export const eventKey = ({ gen, event, rev, step, attempt, at, end }: HistoryEvent): string =>
  end === undefined ? [gen, event, rev ?? `${attempt} ${at}`, step].join(' ') : `${gen} end`;

/**
 * Events in the order in which they happened, each once. `events` are in the order in which they were stored: what speaks
 * of no write happened after all that was known by then.
 */
export function inOrder(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const once = [...new Map(events.map((event) => [eventKey(event), event])).values()];
  let newest = 0;
  const placed = once.map((event) => {
    newest = Math.max(newest, event.rev ?? 0);
    return { event, place: event.rev ?? newest };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ event }) => event);
}

/** An event as it was stored; undefined for what is none. */
export function readHistoryEvent(body: Uint8Array): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    const checked = isRecord(value) ? historyEvent.safeParse(value) : undefined;
    return checked?.success ? checked.data : undefined;
  } catch {
    return undefined; // somebody published another text there: it is no event of ours
  }
}

function aboutRecord(
  record: TaskRecord,
  by: { readonly rev: number; readonly owner: string | undefined },
): Omit<HistoryEvent, 'event'> {
  const { error, reason } = record;
  const attempt = record.attempts.at(-1);
  return {
    ...bare(record),
    at: record.updated_at,
    epoch: record.state === 'running' && record.epoch === 0 ? by.rev : record.epoch,
    ...(by.owner === undefined ? {} : { owner: by.owner }),
    ...(error === undefined || isAlive(record) ? {} : { error: { code: error.code, message: error.message } }),
    ...(attempt?.delay_ms === undefined || record.state !== 'retrying' ? {} : { delay_ms: attempt.delay_ms }),
    ...(reason === undefined ? {} : { reason }),
    ...(isFinal(record) ? { end: endOf(record) } : {}),
  };
}

/** The error such a record has is that of an attempt before. */
const isAlive = ({ state }: TaskRecord): boolean => state === 'running' || state === 'queued';

function bare({ id, gen, state, queue, attempt, epoch, updated_at }: TaskRecord) {
  return { id, gen, state, queue, attempt, epoch, at: updated_at };
}

function endOf(record: TaskRecord): NonNullable<HistoryEvent['end']> {
  const { type, attempt, parks, attempts, finished_at: finished = record.updated_at } = record;
  const begun = record.gen === 1 ? record.created_at : (record.started_at ?? finished);
  const owners = [...new Set(attempts.map(({ owner }) => owner))];
  return { type, attempts: attempt - parks, owners, latency_ms: Math.max(0, Date.parse(finished) - Date.parse(begun)) };
}

const isShort = (value: unknown): boolean =>
  value !== undefined && Buffer.byteLength(JSON.stringify(value)) <= MAX_PATCH_BYTES;
