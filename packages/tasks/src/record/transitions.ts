import type { Degraded } from '@seedcore/protocol';
import { EFFECT_UNKNOWN, type FullTaskSpec, type TaskError } from '../task-spec.ts';
import { carrierName, hashOf, INLINE_INPUT_BYTES, laneOf } from './accept.ts';
import { closed, dead, type Ending, final, withLast } from './endings.ts';
import type { ValueRef } from './large-values.ts';
import { KEPT_ATTEMPTS, type TaskRecord, timeOf } from './task-record.ts';

/** Losses that end a task: what keeps killing its host is a dead letter. */
export const MAX_LOST = 5;

/** The claim of one worker; generation and number name it. */
export type Claim = { readonly gen: number; readonly n: number };

/** The record with the epoch of its running attempt filled in from the revision it was read at. */
export function stamped(record: TaskRecord, rev: number): TaskRecord {
  if (record.state !== 'running' || record.epoch !== 0) return record;
  return { ...record, epoch: rev, attempts: withLast(record.attempts, { epoch: rev }) };
}

/** True while the claim is the newest and runs. */
export const holds = (record: TaskRecord, claim: Claim): boolean =>
  record.state === 'running' && record.gen === claim.gen && record.attempt === claim.n;

/** Begins the next attempt. */
export function claim(record: TaskRecord, by: { owner: string; seq: number; now: number }): TaskRecord {
  const at = timeOf(by.now);
  const n = record.attempt + 1;
  const { not_before: _, progress: __, ...rest } = record;
  return {
    ...rest,
    state: 'running',
    attempt: n,
    epoch: 0,
    owner: by.owner,
    seq: by.seq,
    attempts: [...record.attempts, { n, epoch: 0, owner: by.owner, started_at: at }].slice(-KEPT_ATTEMPTS),
    started_at: record.started_at ?? at,
    updated_at: at,
  };
}

/** Ends the attempt of a lost worker and begins the next; the fifth loss ends the task. */
export function takeOver(record: TaskRecord, by: { owner: string; seq: number; now: number }): TaskRecord {
  const lost = lose(record, by.now);
  return lost.state === 'queued' ? claim(lost, by) : lost;
}

/** Ends an attempt whose worker is gone, so that another may begin; the fifth loss ends the task. */
export function lose(record: TaskRecord, now: number): TaskRecord {
  const lost = { ...closed(record, 'lost', now), lost: record.lost + 1 };
  if (lost.lost < MAX_LOST) return { ...lost, state: 'queued', updated_at: timeOf(now) };
  const message = `${MAX_LOST} workers were lost while they ran it`;
  const error: TaskError = { code: 'runs_lost', message, retryable: false };
  return { ...final({ ...lost, error }, 'failed', now), dead: 'runs_lost' };
}

/** Ends the running attempt with a value. */
export function succeed(
  record: TaskRecord,
  end: { value: unknown; ref?: ValueRef | undefined; degraded: Degraded | undefined; ext?: unknown; now: number },
): TaskRecord {
  const ended = final(closed(record, 'ok', end.now), 'succeeded', end.now);
  const { error: _, ...clean } = ended;
  const value = end.ref === undefined ? { value: end.value } : { value_ref: end.ref };
  const ext = end.ext === undefined ? {} : { ext: end.ext };
  return { ...clean, ...value, ...ext, ...(end.degraded === undefined ? {} : { degraded: end.degraded }) };
}

/** How an attempt failed, and whether and when there may be another. */
export type Failing = {
  readonly error: TaskError;
  readonly outcome: 'error' | 'timeout' | 'killed';
  /** Nothing ran: what the attempt needed was away, which does not use it up. */
  readonly unserved: boolean;
  /** Attempts that may fail, and that may find what they need away. */
  readonly attempts: number;
  readonly mostUnserved: number;
  readonly delayMs: number;
  /** The step it was in. */
  readonly step?: string | undefined;
  readonly now: number;
};

/** Ends the running attempt with an error: another one follows while the error and the count allow it. */
export function failAttempt(record: TaskRecord, how: Failing): TaskRecord {
  const counted = how.unserved ? { unserved: record.unserved + 1 } : { spent: record.spent + 1 };
  const { attempts, correction: _, ...rest } = closed(record, how.outcome, how.now, how.error);
  const at = how.step === undefined ? {} : { step: how.step };
  const ended = { ...rest, attempts: withLast(attempts, at), ...counted, error: how.error };
  if (how.error.code === EFFECT_UNKNOWN) return dead(ended, EFFECT_UNKNOWN, how.now);
  if (!how.error.retryable) return dead(ended, 'not_retryable', how.now);
  if (ended.spent >= how.attempts || ended.unserved >= how.mostUnserved) return dead(ended, 'attempts_spent', how.now);
  return {
    ...ended,
    state: 'retrying',
    attempts: withLast(ended.attempts, { delay_ms: how.delayMs }),
    not_before: timeOf(how.now + how.delayMs),
    updated_at: timeOf(how.now),
  };
}

/** Ends the running attempt over the head of its owner; the next one waits under another message, and knows why. */
export function replace(record: TaskRecord, how: Failing, correction: unknown): TaskRecord {
  const failed = failAttempt(record, how);
  if (failed.state !== 'retrying') return failed;
  return { ...postpone(failed, how.now), ...(correction === undefined ? {} : { correction }) };
}

/** Ends a task that nothing was run for. */
export function refuse(record: TaskRecord, error: TaskError, now: number): TaskRecord {
  return dead({ ...record, error }, 'not_retryable', now);
}

/** Ends a task that was cancelled or whose time is over. */
export function stop(
  record: TaskRecord,
  end: { as: 'cancelled' | 'expired'; by: 'nobody' | 'owner' | 'force'; now: number },
): TaskRecord {
  const running = record.state === 'running';
  const outcome: Ending = end.as === 'expired' ? 'timeout' : 'cancelled';
  const ended = running ? closed(record, outcome, end.now) : record;
  const error: TaskError =
    end.as === 'expired'
      ? { code: 'deadline_exceeded', message: `its deadline ${record.deadline_at ?? ''} has passed`, retryable: false }
      : { code: 'cancelled', message: record.reason ?? 'cancelled', retryable: false };
  return { ...final({ ...ended, error }, end.as, end.now), stopped_by: end.by };
}

/** Notes a wish to cancel for the owner of a running attempt. */
export const wishCancel = (record: TaskRecord, reason: string, now: number): TaskRecord => ({
  ...record,
  desired: 'cancel',
  reason: record.reason ?? reason,
  updated_at: timeOf(now),
});

/** Gives the running attempt back unfinished; it does not count. */
export function handBack(record: TaskRecord, now: number): TaskRecord {
  return { ...closed(record, 'handed_back', now), state: 'queued', updated_at: timeOf(now) };
}

/** Lets the running attempt end without an end of the task, until `until` or a wake; at once when one came meanwhile. */
export function park(
  record: TaskRecord,
  { until, wakes, now }: { readonly until: number; readonly wakes: number; readonly now: number },
): TaskRecord {
  const parked = { ...closed(record, 'parked', now), parks: record.parks + 1 };
  if (record.wakes !== wakes) return { ...parked, state: 'queued', updated_at: timeOf(now) };
  const { queue } = record;
  return { ...handOver({ ...parked, not_before: timeOf(until) }, { queue, now }), state: 'waiting' };
}

/** What a task waits for has happened: it goes back into its queue, or will when it comes to wait. */
export function wake(record: TaskRecord, now: number): TaskRecord {
  const woken = { ...record, wakes: record.wakes + 1, updated_at: timeOf(now) };
  if (record.state !== 'waiting') return woken;
  const { not_before: _, ...rest } = woken;
  return { ...handOver(rest, { queue: record.queue, now }), state: 'queued' };
}

/** Makes another message responsible, in another queue or the same. */
export function handOver(record: TaskRecord, to: { queue: string; route?: unknown; now: number }): TaskRecord {
  return {
    ...record,
    queue: to.queue,
    carrier: carrierName(record.id, record.gen, record.carriers),
    carriers: record.carriers + 1,
    seq: 0,
    updated_at: timeOf(to.now),
    ...(to.route === undefined ? {} : { route: to.route }),
  };
}

/** Keeps a task back until another look, or ends it when it was kept back for too long. */
export function hold(
  record: TaskRecord,
  { until, why, longestMs, now }: { until: number; why: string; longestMs: number; now: number },
): TaskRecord {
  const { since, looks } = record.held ?? { since: timeOf(now), looks: 0 };
  const held = { since, looks: looks + 1, why: why.slice(0, 200) };
  if (now - Date.parse(since) >= longestMs) {
    const error = { code: 'held_too_long', message: `held back since ${since}: ${held.why}`, retryable: false };
    return dead({ ...record, held, error }, 'held_too_long', now);
  }
  const kept = { ...record, held, not_before: timeOf(until) };
  return { ...handOver(kept, { queue: record.queue, now }), state: 'held' };
}

/** Hands a task to another queue, where it is due at once. */
export function route(record: TaskRecord, to: { queue: string; route: unknown; now: number }): TaskRecord {
  const { held: _, not_before: __, ...rest } = record;
  return { ...handOver(rest, to), state: 'queued' };
}

/** Makes a timer responsible, until the task is due. */
export function postpone(record: TaskRecord, now: number): TaskRecord {
  const { queue, state } = record;
  return { ...handOver(record, { queue, now }), state: state === 'queued' ? 'delayed' : state };
}

/** The next generation of a task that has ended. */
export function regenerate(
  record: TaskRecord,
  spec: FullTaskSpec,
  { now, kept = {} }: { readonly now: number; readonly kept?: TaskRecord['kept'] },
): TaskRecord {
  const gen = record.gen + 1;
  const large = JSON.stringify(spec.params).length > INLINE_INPUT_BYTES;
  const { id, queue, created_at, traceparent, epoch } = record;
  return {
    id,
    gen,
    type: spec.type,
    domain: spec.domain,
    priority: spec.priority,
    queue,
    lane: laneOf(spec.priority),
    state: 'queued',
    desired: 'run',
    carrier: carrierName(id, gen, 0),
    carriers: 1,
    seq: 0,
    attempt: 0,
    spent: 0,
    lost: 0,
    unserved: 0,
    epoch,
    parks: 0,
    wakes: 0,
    depth: record.depth,
    children: [],
    kept,
    ...(record.parent === undefined ? {} : { parent: record.parent }),
    spec: large ? { ...spec, params: {} } : spec,
    input_ref: large,
    hash: hashOf(spec),
    attempts: [],
    created_at,
    updated_at: timeOf(now),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(spec.deadline_at === undefined ? {} : { deadline_at: spec.deadline_at }),
  };
}
