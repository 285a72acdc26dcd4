import { type BallastState, ballastBytes, type StorageUse } from '@seedcore/store';
import type { Priority } from '../task-spec.ts';

/** Why no more work is taken at present, and when it is worth asking again, in ms. */
export type Refused = { readonly reason: 'queue_full' | 'storage_low'; readonly retryAfterMs: number };

/** How much there is already: tasks that wait in the same lane, and the share of the storage that is taken, 0 to 1. */
export type Pressure = { readonly waiting: number; readonly storage: number };

type Limit = { readonly waiting: number; readonly storage: number };

/** Beyond these a task of that priority is not taken. */
const LIMITS: Readonly<Record<Priority, Limit>> = {
  low: { waiting: 10_000, storage: 0.8 },
  normal: { waiting: 20_000, storage: 0.85 },
  high: { waiting: 40_000, storage: 0.9 },
  critical: { waiting: Number.POSITIVE_INFINITY, storage: 0.95 },
};

/** A lane gets shorter by itself. */
const QUEUE_FULL: Refused = { reason: 'queue_full', retryAfterMs: 5_000 };
/** Room comes when work ends, or a person makes it. */
export const STORAGE_LOW: Refused = { reason: 'storage_low', retryAfterMs: 10_000 };

/** Whether a task of that priority is refused. */
export function refusalOf(priority: Priority, { waiting, storage }: Pressure): Refused | undefined {
  const limit = LIMITS[priority];
  if (storage > limit.storage) return STORAGE_LOW;
  return waiting > limit.waiting ? QUEUE_FULL : undefined;
}

/**
 * Share of the storage that is taken, 0 to 1. What a given-up ballast left free is not for new work. Where the account has
 * no limit nobody can tell how much is left, only that there was nothing left: the ballast was given up.
 */
export function storageShare({ usedBytes, limitBytes }: StorageUse, ballast: BallastState): number {
  const freed = ballast.state === 'freed';
  if (limitBytes === undefined) return freed ? 1 : 0;
  return Math.min(1, (usedBytes + (freed ? ballastBytes(limitBytes) : 0)) / limitBytes);
}
