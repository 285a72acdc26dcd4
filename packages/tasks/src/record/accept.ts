import { canonicalJson, type Lane, sha256 } from '@seedcore/protocol';
import type { FullTaskSpec, Priority, TaskError } from '../task-spec.ts';
import { type TaskRecord, timeOf } from './task-record.ts';

/** Params up to this size are kept in the record, larger ones beside it, in bytes of JSON. */
export const INLINE_INPUT_BYTES = 4096;
/** Largest task, in bytes of JSON: what a plain publish can carry. */
export const MAX_TASK_BYTES = 200 * 1024;
/** What is kept of a message that could not be read, in characters. */
export const MAX_RAW = 4096;

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** Where an accepted task goes and how it came. */
export type Acceptance = {
  readonly id: string;
  readonly queue: string;
  readonly now: number;
  readonly traceparent?: string | undefined;
  /** Stream sequence of the plain publish it came with; absent when a carrier will be sent. */
  readonly publishedAs?: number;
  /** Whose child it is, and how deep that is. */
  readonly parent?: { readonly of: NonNullable<TaskRecord['parent']>; readonly depth: number } | undefined;
  /** Lane it was published on; by priority when a carrier will be sent. */
  readonly lane?: Lane;
};

/** The first record of an accepted task. */
export function accept(spec: FullTaskSpec, how: Acceptance): TaskRecord {
  const at = timeOf(how.now);
  const large = JSON.stringify(spec.params).length > INLINE_INPUT_BYTES;
  const { run_after: after } = spec;
  const later = after !== undefined && Date.parse(after) > how.now && how.publishedAs === undefined;
  return {
    ...blank(how, at),
    ...(later ? { state: 'delayed' as const } : {}),
    ...(after === undefined ? {} : { not_before: after }),
    type: spec.type,
    domain: spec.domain,
    priority: spec.priority,
    lane: how.lane ?? laneOf(spec.priority),
    spec: large ? { ...spec, params: {} } : spec,
    input_ref: large,
    hash: hashOf(spec),
    ...(spec.deadline_at === undefined ? {} : { deadline_at: spec.deadline_at }),
  };
}

/** The record of a message that could not be read: a task that failed before it began. */
export function reject(error: TaskError, raw: string, how: Acceptance): TaskRecord {
  const at = timeOf(how.now);
  return {
    ...blank(how, at),
    state: 'failed',
    type: 'unreadable',
    domain: 'general',
    priority: how.lane ?? 'normal',
    lane: how.lane ?? 'normal',
    input_ref: false,
    raw: raw.slice(0, MAX_RAW),
    hash: sha256(raw).slice(0, 32),
    error,
    dead: 'bad_message',
    finished_at: at,
  };
}

/** The lane a priority travels in. */
export const laneOf = (priority: Priority): Lane => (priority === 'critical' ? 'high' : priority);

/** Tells a repeat of a task from another task under the same id. */
export const hashOf = ({ type, params, description }: Pick<FullTaskSpec, 'type' | 'params' | 'description'>): string =>
  sha256(canonicalJson({ type, params, description })).slice(0, 32);

/** The id that a queue and an idempotency key stand for: `k-` and 26 characters of SHA-256. */
export function keyedId(queue: string, key: string): string {
  const hex = sha256(`${queue}\n${key}`);
  const digits = Array.from({ length: 26 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16) % 32);
  return `k-${digits.map((digit) => CROCKFORD[digit]).join('')}`;
}

/** Name of the `n`th carrier of a generation. */
export const carrierName = (id: string, gen: number, n: number): string => `${id}.${gen}.${n}`;

/** Name of a plain publish as a carrier. */
export const publishedName = (seq: number): string => `seq.${seq}`;

type Common = 'type' | 'domain' | 'priority' | 'lane' | 'input_ref' | 'hash';

function blank(how: Acceptance, at: string): Omit<TaskRecord, Common> {
  const { id, queue, publishedAs } = how;
  return {
    id,
    gen: 1,
    queue,
    state: 'queued',
    desired: 'run',
    carrier: publishedAs === undefined ? carrierName(id, 1, 0) : publishedName(publishedAs),
    carriers: 1,
    seq: publishedAs ?? 0,
    attempt: 0,
    spent: 0,
    lost: 0,
    unserved: 0,
    epoch: 0,
    attempts: [],
    parks: 0,
    wakes: 0,
    depth: how.parent?.depth ?? 0,
    children: [],
    kept: {},
    ...(how.parent === undefined ? {} : { parent: how.parent.of }),
    created_at: at,
    updated_at: at,
    ...(how.traceparent === undefined ? {} : { traceparent: how.traceparent.slice(0, 64) }),
  };
}
